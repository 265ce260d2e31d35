//! What clerks do with cases: the queue of their department, one case, an act on it, its decision by rules.
//!
//! Every act carries the version that the clerk has seen; when something happened since, the act is refused with what it
//! was.

use super::problem::Fault;
use super::{AsClerk, CasePath, Central};
use crate::Clerk;
use crate::casework::{self, CaseView, Folder, Queue, QueueRow, QueueState, WorkError};
use crate::deciding::PlainWords;
use crate::deciding::case::{Act, Ground, Refusal, Who};
use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use contract::CaseNumber;
use contract::message::Problem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which cases to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// One district's desk, 440304; all of them when it is left out.
    district: Option<String>,
    /// open, free or closed.
    #[serde(default)]
    state: QueueState,
}

/// What a clerk wants to do.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "act", deny_unknown_fields)]
pub(super) enum ActBody {
    /// Take the case.
    Claim { seen: u32 },
    /// Give it back to the queue.
    Release { seen: u32 },
    /// 受理
    Accept { seen: u32 },
    /// 通知补正: once, within five working days.
    Ask {
        seen: u32,
        /// What is missing, 1 to 10 papers.
        #[schema(value_type = Vec<String>)]
        papers: Vec<PlainWords>,
    },
    /// 准予
    Approve { seen: u32 },
    /// 不予; before acceptance, 不予受理.
    Refuse {
        seen: u32,
        #[schema(value_type = String)]
        reason: PlainWords,
    },
    /// 特别程序: the clock stands.
    Pause { seen: u32, ground: Ground },
    /// The clock runs again.
    Resume { seen: u32 },
    /// 延期 by ten working days, once.
    Extend {
        seen: u32,
        #[schema(value_type = String)]
        reason: PlainWords,
    },
}

impl ActBody {
    fn split(self) -> (u32, Act) {
        match self {
            Self::Claim { seen } => (seen, Act::Claim),
            Self::Release { seen } => (seen, Act::Release),
            Self::Accept { seen } => (seen, Act::Accept),
            Self::Ask { seen, papers } => (seen, Act::Ask { papers }),
            Self::Approve { seen } => (seen, Act::Approve),
            Self::Refuse { seen, reason } => (seen, Act::Refuse { reason }),
            Self::Pause { seen, ground } => (seen, Act::Pause { ground }),
            Self::Resume { seen } => (seen, Act::Resume),
            Self::Extend { seen, reason } => (seen, Act::Extend { reason }),
        }
    }
}

/// A decision by rules, done again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ReplayBody {
    /// Whether it came out as it did then, rule by rule.
    agrees: bool,
    /// What was decided then.
    #[schema(value_type = Object)]
    then: serde_json::Value,
    /// What the same rules decide on the same inputs now.
    #[schema(value_type = Object)]
    now: serde_json::Value,
}

/// The cases of the clerk's department, those due first.
#[utoipa::path(
    get,
    path = "/v1/clerk/queue",
    tag = "clerks",
    params(Asked),
    responses(
        (status = 200, description = "At most 200 cases", body = Vec<QueueRow>),
        (status = 400, description = "The query is not what the schema asks", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "The caller is no clerk", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_queue(
    State(central): State<Central>,
    AsClerk(clerk): AsClerk,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Vec<QueueRow>>, Fault> {
    let wrong = |words: &str| Fault::BodyBroken(words.to_owned());
    let Query(asked) = asked.map_err(|_| wrong("state is open, free or closed; district is six digits"))?;
    let district = asked.district.map(|code| code.parse().map_err(wrong)).transpose()?;
    let queue = Queue { department: clerk.department, district, state: asked.state };
    let (calendar, now) = (calendar(&central), Timestamp::now());
    Ok(Json(central.store.read(move |sql| casework::queue(sql, &queue, now, &calendar)).await?))
}

/// A case of the clerk's department, with its form.
#[utoipa::path(
    get,
    path = "/v1/clerk/cases/{case}",
    tag = "clerks",
    params(("case" = CaseNumber, Path, description = "The case number")),
    responses(
        (status = 200, description = "The case", body = CaseView),
        (status = 403, description = "The caller is no clerk, or of another department", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "There is no such case on a desk", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_clerk_case(
    State(central): State<Central>,
    AsClerk(clerk): AsClerk,
    CasePath(case): CasePath,
) -> Result<Json<CaseView>, Fault> {
    let (calendar, now) = (calendar(&central), Timestamp::now());
    let view = central.store.read(move |sql| {
        let folder = of_department(casework::look(sql, &case)?, &clerk)?;
        casework::case_view(sql, &folder, now, &calendar)
    });
    Ok(Json(view.await?))
}

/// The case, if it is the clerk's to see.
pub(super) fn of_department(folder: Option<Folder>, clerk: &Clerk) -> Result<Folder, WorkError> {
    let folder = folder.ok_or(WorkError::NoSuchCase)?;
    let department = &folder.dossier.opening.department;
    if *department == clerk.department {
        Ok(folder)
    } else {
        Err(Refusal::OtherDepartment(department.clone()).into())
    }
}

/// Acts on a case.
#[utoipa::path(
    post,
    path = "/v1/clerk/cases/{case}/acts",
    tag = "clerks",
    params(("case" = CaseNumber, Path, description = "The case number")),
    request_body = ActBody,
    responses(
        (status = 200, description = "It is done; the case as it stands now", body = CaseView),
        (status = 403, description = "The caller is no clerk, or of another department", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "There is no such case on a desk", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "The case has changed since the version that was seen (the detail tells what), or \
         does not allow this now", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The body is no act", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Central is busy, or the working-day calendar ends too early", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_act(
    State(central): State<Central>,
    AsClerk(clerk): AsClerk,
    CasePath(case): CasePath,
    body: Result<Json<ActBody>, JsonRejection>,
) -> Result<Json<CaseView>, Fault> {
    let (seen, act) = super::body(body)?.split();
    let (calendar, now) = (calendar(&central), Timestamp::now());
    let view = central.store.change(move |sql| {
        let folder = casework::act(sql, &case, seen, &act, Who::Clerk(&clerk), now, &calendar)?;
        casework::case_view(sql, &folder, now, &calendar)
    });
    Ok(Json(view.await?))
}

/// What rules have decided in a case: each rule, what it said, from which sources of which day.
#[utoipa::path(
    get,
    path = "/v1/clerk/cases/{case}/decision",
    tag = "clerks",
    params(("case" = CaseNumber, Path, description = "The case number")),
    responses(
        (status = 200, description = "The decision", body = Object),
        (status = 403, description = "The caller is no clerk, or of another department", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No rules have decided this case", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_decision(
    State(central): State<Central>,
    AsClerk(clerk): AsClerk,
    CasePath(case): CasePath,
) -> Result<Json<casework::DecisionRecord>, Fault> {
    let decision = central.store.read::<_, WorkError, _>(move |sql| {
        of_department(casework::look(sql, &case)?, &clerk)?;
        Ok(casework::decision(sql, &case)?)
    });
    decision.await?.map(Json).ok_or(Fault::NotDecided)
}

/// Decides a case again, by the rules and on the inputs that were kept.
#[utoipa::path(
    post,
    path = "/v1/clerk/cases/{case}/replay",
    tag = "clerks",
    params(("case" = CaseNumber, Path, description = "The case number")),
    responses(
        (status = 200, description = "Both decisions", body = ReplayBody),
        (status = 403, description = "The caller is no clerk, or of another department", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No rules have decided this case", body = Problem,
         content_type = "application/problem+json"),
        (status = 500, description = "The rules or the inputs were altered or are gone", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_replay(
    State(central): State<Central>,
    AsClerk(clerk): AsClerk,
    CasePath(case): CasePath,
) -> Result<Json<ReplayBody>, Fault> {
    let (keys, number) = (Arc::clone(&central.keys), case.clone());
    let folder = central
        .store
        .read::<_, WorkError, _>(move |sql| of_department(casework::look(sql, &number)?, &clerk).map(|_| ()));
    folder.await?;
    let replay = central.store.read(move |sql| casework::replay(sql, &case, &keys)).await?;
    let unwritable = |error: serde_json::Error| {
        tracing::error!(%error, "a decision can't be written as JSON");
        Fault::Internal
    };
    Ok(Json(ReplayBody {
        agrees: replay.agrees(),
        then: serde_json::to_value(&replay.then).map_err(unwritable)?,
        now: serde_json::to_value(&replay.now).map_err(unwritable)?,
    }))
}

fn calendar(central: &Central) -> Arc<contract::calendar::Calendar> {
    Arc::clone(central.services.office().calendar())
}
