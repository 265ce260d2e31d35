//! Conditions over a form, in CEL: when a field is asked for, what must hold between fields, when a rule of instant
//! approval passes. A condition is checked when the catalogue is loaded, so that none can stumble later.
//!
//! `check` gives every part of an expression a type, `run` gives the names their values. A missing value is no value: a
//! condition that needs one can't be computed, and nothing here turns that into a yes.
//! Knows no template and no registry; who builds a [`Scope`] says which names there are.

mod check;
mod fact;
mod run;

pub use fact::{Fact, FactKind};
pub use run::{Uncomputable, Values};

use cel::Program;
use cel::common::ast::{Expr, IdedExpr, SelectExpr};
use check::Checker;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The longest condition, in characters.
const MAX_CONDITION: usize = 1_000;

/// What a part of a condition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// true or false
    Bool,
    /// a whole number
    Int,
    /// a text
    Text,
    /// a calendar date
    Date,
    /// a date or 长期
    DateOrLong,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "yes or no",
            Self::Int => "a number",
            Self::Text => "a text",
            Self::Date => "a date",
            Self::DateOrLong => "a date or 长期",
        })
    }
}

impl From<FactKind> for Type {
    fn from(kind: FactKind) -> Self {
        match kind {
            FactKind::Text => Self::Text,
            FactKind::Date => Self::Date,
            FactKind::Int => Self::Int,
            FactKind::Bool => Self::Bool,
        }
    }
}

/// The names that conditions may use.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    form: BTreeMap<String, Type>,
    registry: BTreeMap<String, BTreeMap<String, Type>>,
    item: bool,
}

impl Scope {
    /// The fields of a form by their names.
    pub fn of_form(fields: impl IntoIterator<Item = (String, Type)>) -> Self {
        Self { form: fields.into_iter().collect(), ..Self::default() }
    }

    /// With what registries tell, by resource and field.
    #[must_use]
    pub fn with_registries(self, registry: BTreeMap<String, BTreeMap<String, Type>>) -> Self {
        Self { registry, ..self }
    }

    /// With `item`, the name of the service that is applied for.
    #[must_use]
    pub fn with_item(self) -> Self {
        Self { item: true, ..self }
    }

    /// Only the fields of the form: whether a rule applies at all hangs on nothing that must be pulled.
    #[must_use]
    pub fn form_only(&self) -> Self {
        Self { registry: BTreeMap::new(), ..self.clone() }
    }
}

/// What is wrong with a condition, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {detail}")]
pub struct ConditionFault {
    /// Column inside the condition, counted from 1 in characters.
    pub column: usize,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// A condition that was read, and if it came from the catalogue, checked.
pub struct Condition {
    program: Program,
    source: String,
    form: BTreeSet<String>,
    registry: BTreeSet<String>,
}

impl Condition {
    /// Reads a condition and checks every part of it.
    pub fn checked(source: &str, scope: &Scope) -> Result<Self, ConditionFault> {
        let condition = Self::parse(source)?;
        let checker = Checker { scope, source, program: &condition.program };
        let found = checker.type_of(condition.program.expression())?;
        checker.expect(condition.program.expression(), Type::Bool, found)?;
        Ok(condition)
    }

    /// Reads a condition that was checked when it came into force, to decide by it again.
    pub fn parse(source: &str) -> Result<Self, ConditionFault> {
        if source.chars().count() > MAX_CONDITION {
            let detail = format!("a condition has at most {MAX_CONDITION} characters");
            return Err(ConditionFault { column: MAX_CONDITION + 1, detail });
        }
        let program = Program::compile(source).map_err(|errors| match errors.errors.first() {
            // The parser counts lines from 1 and columns from 1 inside a line; a condition is one line.
            Some(error) => ConditionFault {
                column: usize::try_from(error.pos.1).unwrap_or(1).max(1),
                detail: error.msg.clone(),
            },
            None => ConditionFault { column: 1, detail: "is no CEL expression".to_owned() },
        })?;
        let mut names = Names::default();
        names.collect(program.expression());
        let Names { form, registry } = names;
        Ok(Self { program, source: source.to_owned(), form, registry })
    }

    /// The form fields that stand in it.
    pub fn form_fields(&self) -> impl Iterator<Item = &str> {
        self.form.iter().map(String::as_str)
    }

    /// The resources that stand in it.
    pub fn registries(&self) -> impl Iterator<Item = &str> {
        self.registry.iter().map(String::as_str)
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({})", self.source)
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Condition {}

/// What an expression names, whatever it does with it.
#[derive(Default)]
struct Names {
    form: BTreeSet<String>,
    registry: BTreeSet<String>,
}

impl Names {
    fn collect(&mut self, part: &IdedExpr) {
        match path(&part.expr).as_deref() {
            Some(["form", field]) => {
                self.form.insert((*field).to_owned());
            }
            Some(["registry", resource, _]) => {
                self.registry.insert((*resource).to_owned());
            }
            _ => match &part.expr {
                Expr::Call(call) => {
                    call.target.as_deref().into_iter().chain(&call.args).for_each(|e| self.collect(e));
                }
                Expr::Select(select) => self.collect(&select.operand),
                Expr::List(list) => list.elements.iter().for_each(|e| self.collect(e)),
                _ => {}
            },
        }
    }
}

/// `registry.population.name` as its words; none when it is no path of names.
fn path(expr: &Expr) -> Option<Vec<&str>> {
    match expr {
        Expr::Ident(name) => Some(vec![name]),
        Expr::Select(SelectExpr { operand, field, .. }) => {
            let mut words = path(&operand.expr)?;
            words.push(field);
            Some(words)
        }
        _ => None,
    }
}
