//! Cases under way: asks central.

use super::Hands;
use crate::journey::AffairsTrouble;
use crate::sync::{CentralClient, Failure};
use contract::licence::{HeldLicences, PersonLicences, Prefilled, RegistryKeys};
use contract::message::{CaseProgress, PersonCases};
use contract::project::ProjectProgress;
use contract::{CaseNumber, IdNumber, ProjectCode};
use std::time::Duration;

fn client(hands: &Hands) -> Result<&CentralClient, AffairsTrouble> {
    hands.sync.as_ref().map(crate::sync::SyncHandle::client).ok_or(AffairsTrouble::Offline)
}

/// Where a case stands; `None` when there is no such case.
pub(super) async fn find(hands: &Hands, case: &CaseNumber) -> Result<Option<CaseProgress>, AffairsTrouble> {
    client(hands)?.case(case).await.map_err(|failure| trouble(&failure))
}

/// Where a construction project stands; `None` when there is no such project.
pub(super) async fn find_project(
    hands: &Hands,
    code: &ProjectCode,
) -> Result<Option<ProjectProgress>, AffairsTrouble> {
    client(hands)?.project(code).await.map_err(|failure| trouble(&failure))
}

/// The cases of a person whose card was read.
pub(super) async fn cases(hands: &Hands, person: IdNumber) -> Result<PersonCases, AffairsTrouble> {
    client(hands)?.cases_of(person).await.map_err(|failure| trouble(&failure))
}

/// The licences of a person whose card was read.
pub(super) async fn licences(hands: &Hands, person: IdNumber) -> Result<PersonLicences, AffairsTrouble> {
    client(hands)?.licences_of(person).await.map_err(|failure| trouble(&failure))
}

/// Longer nobody waits for what only spares them something.
const PATIENCE: Duration = Duration::from_secs(3);

/// What registries fill in of a form; `None` when nobody says so in time.
pub(super) async fn prefilled(hands: &Hands, keys: &RegistryKeys) -> Option<Prefilled> {
    let asked = client(hands).ok()?.prefilled(keys);
    tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()
}

/// Which licences stand for papers of an application; `None` when nobody says so in time.
pub(super) async fn licences_for(hands: &Hands, wanted: &RegistryKeys) -> Option<HeldLicences> {
    let asked = client(hands).ok()?.licences_for(wanted);
    tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()
}

const fn trouble(failure: &Failure) -> AffairsTrouble {
    match failure {
        Failure::Offline | Failure::ForeignCertificate => AffairsTrouble::Offline,
        Failure::Busy { .. }
        | Failure::Faulty { .. }
        | Failure::SeqTaken(_)
        | Failure::Forked(_)
        | Failure::Refused(_) => AffairsTrouble::NoAnswer,
    }
}
