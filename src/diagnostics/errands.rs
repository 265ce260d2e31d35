//! What an operator asks of a terminal from afar: a look at every part, a bundle for support, a sight of the technician's screen.

use super::assist::assist;
use super::desk;
use super::finding::{Finding, Verdict};
use crate::performer::{Errands, Hands};
use contract::command::{CommandId, CommandOutcome, Errand};
use std::sync::Arc;

/// How errands are done at this terminal.
pub fn errands(hands: Arc<Hands>) -> Errands {
    Arc::new(move |errand, id| {
        let hands = Arc::clone(&hands);
        Box::pin(async move {
            match errand {
                Errand::SelfTest => CommandOutcome::done(&sum_up(&desk::look(&hands).await)),
                Errand::SupportBundle => match send_bundle(&hands, id).await {
                    Ok(bytes) => CommandOutcome::done(&format!("{bytes} bytes are at central")),
                    Err(why) => CommandOutcome::failed(&why),
                },
                Errand::Assist => match &hands.sync {
                    Some(sync) => assist(sync.client(), id).await,
                    None => CommandOutcome::failed("this terminal is not enrolled"),
                },
                // It is nothing that is looked at: the steward ends the program.
                Errand::Restart => CommandOutcome::failed("a restart is no errand of the diagnosis"),
            }
        })
    })
}

async fn send_bundle(hands: &Hands, id: CommandId) -> Result<usize, String> {
    let bundle = desk::bundle(hands).await?;
    let sync = hands.sync.as_ref().ok_or("this terminal is not enrolled")?;
    let sent = sync.client().send_bundle(id, &bundle).await;
    sent.map(|()| bundle.document.len()).map_err(|failure| format!("central did not take it: {failure:?}"))
}

/// All findings in a few words: the bad ones with what was seen, the good ones counted.
fn sum_up(findings: &[Finding]) -> String {
    let is = |wanted: fn(Verdict) -> bool| findings.iter().filter(move |finding| wanted(finding.verdict));
    let good = is(|verdict| verdict == Verdict::Good).count();
    let fitted = is(|verdict| verdict != Verdict::NotFitted).count();
    let unwell = is(|verdict| verdict > Verdict::Good);
    let told =
        unwell.map(|finding| format!("{} {}: {}", finding.subject, finding.verdict.word(), finding.found.en));
    let good = std::iter::once(format!("{good} of {fitted} parts are good"));
    good.chain(told).collect::<Vec<_>>().join("; ")
}
