//! `staged.json`: the stages of each kind of project, their tasks, departments and limits. The split into stages is
//! sample data; the totals are the city's.

use contract::calendar::WorkingDays;
use contract::{DepartmentCode, ServiceCode};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The kinds of projects that 深圳90 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// Government investment, buildings.
    #[serde(rename = "政府投资房建")]
    Government,
    /// Government investment, roads and pipes.
    #[serde(rename = "政府投资市政线性")]
    Linear,
    /// Private investment.
    #[serde(rename = "社会投资")]
    Private,
}

impl Kind {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Government, Self::Linear, Self::Private];

    /// The words of the form.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Government => "政府投资房建",
            Self::Linear => "政府投资市政线性",
            Self::Private => "社会投资",
        }
    }

    /// The kind that the form names.
    pub fn from_words(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.words() == words)
    }

    /// How long the whole way may take.
    pub const fn total(self) -> WorkingDays {
        match self {
            Self::Government => WorkingDays(85),
            Self::Linear => WorkingDays(90),
            Self::Private => WorkingDays(33),
        }
    }
}

/// One task of a stage (事项).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskPlan {
    /// Its name in the interface, once a stage.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Who does it.
    pub department: DepartmentCode,
    /// The service item, where the catalogue has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceCode>,
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagePlan {
    /// Its name.
    pub name: String,
    /// How long it may take.
    pub days: WorkingDays,
    /// 牵头部门
    pub lead: DepartmentCode,
    /// What is done in it, all at the same time.
    pub tasks: Vec<TaskPlan>,
}

/// The way of one kind of project. A project keeps the plan with which it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Of which kind.
    pub kind: Kind,
    /// The stages in order.
    pub stages: Vec<StagePlan>,
}

impl Plan {
    /// Every department that has a part in it: all are told what becomes of the project.
    pub fn departments(&self) -> BTreeSet<&DepartmentCode> {
        self.stages
            .iter()
            .flat_map(|stage| stage.tasks.iter().map(|task| &task.department).chain([&stage.lead]))
            .collect()
    }

    fn check(&self) -> Result<(), String> {
        let sum: u32 = self.stages.iter().map(|stage| u32::from(stage.days.0)).sum();
        let total = self.kind.total();
        if self.stages.is_empty() || sum > u32::from(total.0) {
            return Err(format!(
                "the limits of the stages add up to {sum} of at most {} working days",
                total.0
            ));
        }
        let mut names = BTreeSet::new();
        for stage in &self.stages {
            if stage.name.is_empty() || !names.insert(&stage.name) {
                return Err(format!("stage '{}' stands there twice or has no name", stage.name));
            }
            if stage.days.0 == 0 {
                return Err(format!("stage '{}' has no working day", stage.name));
            }
            let mut ids = BTreeSet::new();
            if stage.tasks.is_empty() || !stage.tasks.iter().all(|task| ids.insert(&task.id)) {
                return Err(format!("stage '{}' has no tasks, or one id twice", stage.name));
            }
        }
        Ok(())
    }
}

/// Why `staged.json` can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PlansFault {
    /// Not the JSON that it should be.
    #[error("staged.json: {0}")]
    Json(#[from] serde_json::Error),
    /// A kind is not as it must be.
    #[error("staged.json: {kind}: {detail}")]
    Plan {
        /// Which.
        kind: &'static str,
        /// What is wrong.
        detail: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    /// For people: what is sample data in it.
    note: String,
    kinds: Vec<Plan>,
}

/// The plans of all kinds.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    of_kind: BTreeMap<Kind, Arc<Plan>>,
    note: String,
}

impl Plans {
    /// Reads `staged.json`. `is_department` says which departments there are.
    pub fn parse(text: &str, is_department: impl Fn(&DepartmentCode) -> bool) -> Result<Self, PlansFault> {
        let file: RawFile = serde_json::from_str(text)?;
        let mut plans = BTreeMap::new();
        for plan in file.kinds {
            let kind = plan.kind;
            let fault = |detail| PlansFault::Plan { kind: kind.words(), detail };
            plan.check().map_err(fault)?;
            if let Some(stranger) = plan.departments().into_iter().find(|code| !is_department(code)) {
                return Err(fault(format!("there is no department {stranger} in departments.csv")));
            }
            if plans.insert(kind, Arc::new(plan)).is_some() {
                return Err(fault("stands there twice".to_owned()));
            }
        }
        match Kind::ALL.into_iter().find(|kind| !plans.contains_key(kind)) {
            Some(missing) => Err(PlansFault::Plan { kind: missing.words(), detail: "is missing".to_owned() }),
            None => Ok(Self { of_kind: plans, note: file.note }),
        }
    }

    /// The plan of a kind.
    pub fn of(&self, kind: Kind) -> Option<&Arc<Plan>> {
        self.of_kind.get(&kind)
    }

    /// What is to be known of them, for people.
    pub fn note(&self) -> &str {
        &self.note
    }
}
