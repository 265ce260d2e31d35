//! The same terminal before somebody who reads no Chinese: it is touched by its English words.

use super::Tourist;
use crate::journey::{Page, PayStep};
use anyhow::Result;

/// Looks for the water bill, as far as the amount; the language is changed on the way, and nothing typed is lost.
pub(super) async fn bill(tourist: &mut Tourist) -> Result<()> {
    tourist.say("somebody who reads English looks at the water bill");
    tourist.until("the attract page", |page| matches!(page, Page::Attract)).await?;
    tourist.fingers.touch("English").await?;
    tourist.picture("english-home")?;
    tourist.fingers.touch("Search services").await?;
    tourist.fingers.keys("water").await?;
    tourist.picture("english-search")?;
    tourist.fingers.touch("Water, home (pay)").await?;
    tourist.picture("english-guide")?;
    tourist.fingers.touch("Start").await?;
    tourist.fingers.keys("1030400017").await?;
    tourist.picture("english-pay-account")?;
    tourist.fingers.touch("Look up").await?;
    let is_bills =
        |page: &Page| matches!(page, Page::Paying(paying) if matches!(paying.step, PayStep::Bills(_)));
    tourist.until("the bills", is_bills).await?;
    tourist.picture("english-pay-bills")?;
    tourist.fingers.touch("中文").await?;
    tourist.fingers.touch("下一步").await?;
    tourist.fingers.touch("English").await?;
    tourist.picture("english-pay-confirm")?;
    tourist.fingers.touch("End").await
}
