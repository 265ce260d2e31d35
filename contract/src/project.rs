//! A construction project on its way through the stages of 深圳90, as anyone may see it who has its code: what is done by
//! which department, and how the time stands. It names no person.

use crate::ProjectCode;
use crate::calendar::WorkingDays;
use crate::language::{Language, english_count};
use crate::message::Light;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StageStanding {
    /// The one before is not closed.
    Waiting,
    /// It is worked on.
    Open,
    /// The clock stands (特别程序).
    Paused,
    /// The lead has closed it.
    Closed,
}

impl StageStanding {
    /// The words for screen and paper.
    pub const fn words(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            Self::Waiting => ("尚未开始", "Not begun"),
            Self::Open => ("办理中", "Under way"),
            Self::Paused => ("特别程序中", "On hold"),
            Self::Closed => ("已办结", "Completed"),
        };
        language.say(chinese, english)
    }
}

/// Where a task of a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskStanding {
    /// Its stage has not begun.
    Waiting,
    /// The department works on it.
    Open,
    /// 通过
    Passed,
    /// 不需办理
    NotNeeded,
}

impl TaskStanding {
    /// The words for screen and paper.
    pub const fn words(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            Self::Waiting => ("尚未开始", "Not begun"),
            Self::Open => ("办理中", "Under way"),
            Self::Passed => ("已通过", "Passed"),
            Self::NotNeeded => ("不需办理", "Not needed"),
        };
        language.say(chinese, english)
    }
}

/// One task of a stage (事项).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskProgress {
    /// What people call it.
    pub name: String,
    /// The department's name.
    pub department: String,
    /// Where it stands.
    pub standing: TaskStanding,
}

/// One stage. Its tasks run beside each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StageProgress {
    /// 立项及用地规划许可
    pub name: String,
    /// The name of the lead department (牵头部门).
    pub lead: String,
    /// Where it stands.
    pub standing: StageStanding,
    /// How many working days it may take.
    pub limit: WorkingDays,
    /// How many are used; more than the limit when it is late.
    pub used: WorkingDays,
    /// The last day; none while its clock stands, and where it is not open.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub due_on: Option<Date>,
    /// How its time stands.
    pub light: Light,
    /// Its tasks.
    pub tasks: Vec<TaskProgress>,
}

impl StageProgress {
    /// How many working days are left; 0 when it is late.
    pub const fn left(&self) -> WorkingDays {
        WorkingDays(self.limit.0.saturating_sub(self.used.0))
    }

    /// How many working days it is late.
    pub const fn over(&self) -> WorkingDays {
        WorkingDays(self.used.0.saturating_sub(self.limit.0))
    }
}

impl StageProgress {
    /// How its days stand, in words for screen and paper.
    pub fn days_in_words(&self, language: Language) -> String {
        match language {
            Language::Chinese => self.days_in_chinese(),
            Language::English => self.days_in_english(),
        }
    }

    fn days_in_chinese(&self) -> String {
        let (used, limit) = (self.used.0, self.limit.0);
        match self.standing {
            StageStanding::Waiting => format!("限 {limit} 天"),
            StageStanding::Closed if used >= limit => format!("用了 {used} 天，限 {limit} 天"),
            StageStanding::Closed => format!("用了 {used} 天，比时限少 {} 天", self.left().0),
            StageStanding::Paused => format!("已用 {used} / {limit} 天，暂停计时"),
            StageStanding::Open if self.light == Light::Red => {
                format!("已用 {used} / {limit} 天，超期 {} 天", self.over().0)
            }
            StageStanding::Open => format!("已用 {used} / {limit} 天，还剩 {} 天", self.left().0),
        }
    }

    fn days_in_english(&self) -> String {
        let (used, limit) = (self.used.0, english_count(self.limit.0, "day"));
        match self.standing {
            StageStanding::Waiting => format!("Limit {limit}"),
            StageStanding::Closed if used >= self.limit.0 => {
                format!("Took {}, limit {limit}", english_count(used, "day"))
            }
            StageStanding::Closed => {
                format!("Took {}, {} under the limit", english_count(used, "day"), self.left().0)
            }
            StageStanding::Paused => format!("{used} of {limit} used, the clock is stopped"),
            StageStanding::Open if self.light == Light::Red => {
                format!("{used} of {limit} used, {} late", english_count(self.over().0, "day"))
            }
            StageStanding::Open => format!("{used} of {limit} used, {} left", self.left().0),
        }
    }
}

/// A project as a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectProgress {
    /// The code by which it is found.
    pub project: ProjectCode,
    /// 政府投资房建, 政府投资市政线性 or 社会投资.
    pub kind: String,
    /// How many working days the whole way may take.
    pub limit: WorkingDays,
    /// How many its stages have used.
    pub used: WorkingDays,
    /// The stages in order.
    pub stages: Vec<StageProgress>,
    /// What is to be known of these data, in Chinese: that they are samples, where they are. Empty where nothing is.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_a_stage_are_told_in_words() {
        let stage = |standing, used, light| {
            let (limit, used) = (WorkingDays(20), WorkingDays(used));
            let (name, lead) = (String::new(), String::new());
            StageProgress { name, lead, standing, limit, used, due_on: None, light, tasks: Vec::new() }
        };
        let told = |standing, used, light| stage(standing, used, light).days_in_words(Language::Chinese);
        assert_eq!(told(StageStanding::Waiting, 0, Light::Green), "限 20 天");
        assert_eq!(told(StageStanding::Open, 16, Light::Amber), "已用 16 / 20 天，还剩 4 天");
        assert_eq!(told(StageStanding::Open, 23, Light::Red), "已用 23 / 20 天，超期 3 天");
        assert_eq!(told(StageStanding::Paused, 3, Light::Green), "已用 3 / 20 天，暂停计时");
        assert_eq!(told(StageStanding::Closed, 15, Light::Green), "用了 15 天，比时限少 5 天");
        assert_eq!(told(StageStanding::Closed, 20, Light::Green), "用了 20 天，限 20 天");
        let told = |standing, used, light| stage(standing, used, light).days_in_words(Language::English);
        assert_eq!(told(StageStanding::Waiting, 0, Light::Green), "Limit 20 days");
        assert_eq!(told(StageStanding::Open, 16, Light::Amber), "16 of 20 days used, 4 left");
        assert_eq!(told(StageStanding::Open, 21, Light::Red), "21 of 20 days used, 1 day late");
        assert_eq!(told(StageStanding::Paused, 3, Light::Green), "3 of 20 days used, the clock is stopped");
        assert_eq!(told(StageStanding::Closed, 1, Light::Green), "Took 1 day, 19 under the limit");
        assert_eq!(told(StageStanding::Closed, 20, Light::Green), "Took 20 days, limit 20 days");
    }
}
