//! Which CEL expressions are conditions. CEL itself has no types before it runs; this reads the parsed expression and
//! gives every part a type, so that a rule that could stumble is refused when the catalogue is loaded.
//!
//! A condition may use `form.FIELD`, `registry.RESOURCE.FIELD`, `registry.RESOURCE.found`, `today`, literals, the
//! operators `&& || ! == != < <= > >= + - in ?:`, `has(form.FIELD)`, and the functions of [`FUNCTIONS`]. Macros over
//! lists, maps and messages are left out: no rule needs them, and each is one more way to stumble.

use crate::registries::{FactKind, ResourceId, Resources};
use cel::Program;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SelectExpr, operators};
use contract::form::{FieldKind, Template};
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

/// The functions: name, argument, result. `evaluate` in `decide` gives them their meaning.
const FUNCTIONS: [(&str, Type, Type); 3] = [
    ("years_since", Type::Date, Type::Int),
    ("days_since", Type::Date, Type::Int),
    ("in_force", Type::DateOrLong, Type::Bool),
];

/// CEL's own methods of texts: they take a text and say yes or no.
const TEXT_METHODS: [&str; 3] = ["startsWith", "endsWith", "contains"];

/// The names that conditions of one rule set may use.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    form: BTreeMap<String, Type>,
    registry: BTreeMap<String, BTreeMap<String, Type>>,
}

impl Scope {
    /// The fields of a form and everything that the registries tell.
    pub fn new(template: &Template, resources: &Resources) -> Self {
        let form =
            template.fields.iter().filter_map(|field| Some((field.id.to_string(), type_of(&field.kind)?)));
        let registry = resources.iter().map(|resource| {
            let fields = resource.fields.iter().map(|field| (field.id.clone(), Type::from(field.kind)));
            let found = ("found".to_owned(), Type::Bool);
            (resource.id.to_string(), fields.chain([found]).collect())
        });
        Self { form: form.collect(), registry: registry.collect() }
    }

    /// Only the fields of the form: whether a rule applies at all hangs on nothing that must be pulled.
    #[must_use]
    pub fn form_only(&self) -> Self {
        Self { form: self.form.clone(), registry: BTreeMap::new() }
    }
}

/// The type of a form field in conditions; none for signatures and tables, on which nothing is decided.
fn type_of(kind: &FieldKind) -> Option<Type> {
    Some(match kind {
        FieldKind::Date => Type::Date,
        FieldKind::DateOrLong => Type::DateOrLong,
        FieldKind::Int { .. } | FieldKind::MoneyFen | FieldKind::Score => Type::Int,
        FieldKind::Bool => Type::Bool,
        FieldKind::Signature | FieldKind::Structured => return None,
        _ => Type::Text,
    })
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
#[derive(Debug)]
pub struct Condition {
    pub(super) program: Program,
    form: BTreeSet<String>,
    resources: BTreeSet<ResourceId>,
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
        let Names { form, resources } = names;
        Ok(Self { program, form, resources })
    }

    /// The form fields that stand in it.
    pub fn form_fields(&self) -> impl Iterator<Item = &str> {
        self.form.iter().map(String::as_str)
    }

    /// The resources that stand in it.
    pub fn resources(&self) -> impl Iterator<Item = &ResourceId> {
        self.resources.iter()
    }
}

/// What an expression names, whatever it does with it.
#[derive(Default)]
struct Names {
    form: BTreeSet<String>,
    resources: BTreeSet<ResourceId>,
}

impl Names {
    fn collect(&mut self, part: &IdedExpr) {
        match path(&part.expr).as_deref() {
            Some(["form", field]) => {
                self.form.insert((*field).to_owned());
            }
            Some(["registry", resource, _]) => self.resources.extend(resource.parse::<ResourceId>()),
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

struct Checker<'a> {
    scope: &'a Scope,
    source: &'a str,
    program: &'a Program,
}

impl Checker<'_> {
    fn fault(&self, part: &IdedExpr, detail: String) -> ConditionFault {
        let at = self.program.source_info().offset_for(part.id).map_or(0, |(start, _)| start as usize);
        // The parser counts bytes.
        let column = self.source.get(..at).map_or(0, |before| before.chars().count()) + 1;
        ConditionFault { column, detail }
    }

    fn expect(&self, part: &IdedExpr, wanted: Type, found: Type) -> Result<(), ConditionFault> {
        // A date is a date or 长期.
        if wanted == found || (wanted == Type::DateOrLong && found == Type::Date) {
            Ok(())
        } else {
            Err(self.fault(part, format!("this is {found}, but must be {wanted}")))
        }
    }

    fn type_of(&self, part: &IdedExpr) -> Result<Type, ConditionFault> {
        match &part.expr {
            Expr::Literal(LiteralValue::Boolean(_)) => Ok(Type::Bool),
            Expr::Literal(LiteralValue::Int(_)) => Ok(Type::Int),
            Expr::Literal(LiteralValue::String(_)) => Ok(Type::Text),
            Expr::Literal(_) => {
                Err(self.fault(part, "write a text, a whole number, true or false".to_owned()))
            }
            Expr::Ident(_) | Expr::Select(_) => self.type_of_name(part),
            Expr::Call(call) => self.type_of_call(part, call),
            _ => Err(self.fault(part, "lists, maps and macros are no part of a condition".to_owned())),
        }
    }

    fn type_of_name(&self, part: &IdedExpr) -> Result<Type, ConditionFault> {
        let is_presence_test = matches!(&part.expr, Expr::Select(select) if select.test);
        let words = path(&part.expr);
        let unknown = |what: &str| Err(self.fault(part, what.to_owned()));
        match words.as_deref() {
            Some(["today"]) => Ok(Type::Date),
            Some(["form", field]) => match self.scope.form.get(*field) {
                Some(_) if is_presence_test => Ok(Type::Bool),
                Some(known) => Ok(*known),
                None => unknown(&format!("the form has no field '{field}' that a rule can use")),
            },
            Some(["registry", resource, field]) => match self.scope.registry.get(*resource) {
                None => unknown(&format!(
                    "'{resource}' is no resource that may be asked here; see data-resources.csv"
                )),
                Some(_) if is_presence_test => unknown("has() is for form fields; registries have 'found'"),
                Some(fields) => match fields.get(*field) {
                    Some(known) => Ok(*known),
                    None => unknown(&format!(
                        "the resource '{resource}' has no field '{field}'; see data-resources.csv"
                    )),
                },
            },
            _ => unknown("write form.FIELD, registry.RESOURCE.FIELD or today"),
        }
    }

    fn type_of_call(&self, part: &IdedExpr, call: &CallExpr) -> Result<Type, ConditionFault> {
        let args = call.args.as_slice();
        match (call.func_name.as_str(), call.target.as_deref(), args) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT, None, args) => {
                self.all_are(args, Type::Bool)
            }
            (operators::ADD | operators::SUBSTRACT | operators::NEGATE, None, args) => {
                self.all_are(args, Type::Int)
            }
            (operators::EQUALS | operators::NOT_EQUALS, None, [left, right]) => {
                self.are_alike(left, right)?;
                Ok(Type::Bool)
            }
            (
                operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS,
                None,
                [left, right],
            ) => match self.are_alike(left, right)? {
                Type::Int | Type::Date => Ok(Type::Bool),
                other => Err(self.fault(part, format!("only numbers and dates have an order, not {other}"))),
            },
            (operators::CONDITIONAL, None, [when, then, otherwise]) => {
                self.expect(when, Type::Bool, self.type_of(when)?)?;
                self.are_alike(then, otherwise)
            }
            (operators::IN, None, [what, list]) => self.is_in(what, list),
            (name, Some(target), [argument]) if TEXT_METHODS.contains(&name) => {
                self.expect(target, Type::Text, self.type_of(target)?)?;
                self.expect(argument, Type::Text, self.type_of(argument)?)?;
                Ok(Type::Bool)
            }
            (name, None, [argument]) => {
                let Some((_, wanted, result)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
                    return Err(self.fault(part, format!("there is no function {name}()")));
                };
                self.expect(argument, *wanted, self.type_of(argument)?)?;
                Ok(*result)
            }
            (name, ..) => {
                Err(self.fault(part, format!("'{}' is no part of a condition", name.replace('_', ""))))
            }
        }
    }

    fn all_are(&self, args: &[IdedExpr], wanted: Type) -> Result<Type, ConditionFault> {
        for arg in args {
            self.expect(arg, wanted, self.type_of(arg)?)?;
        }
        Ok(wanted)
    }

    fn are_alike(&self, left: &IdedExpr, right: &IdedExpr) -> Result<Type, ConditionFault> {
        let (wanted, found) = (self.type_of(left)?, self.type_of(right)?);
        self.expect(right, wanted, found)?;
        Ok(wanted)
    }

    fn is_in(&self, what: &IdedExpr, list: &IdedExpr) -> Result<Type, ConditionFault> {
        let Expr::List(options) = &list.expr else {
            return Err(self.fault(list, "'in' needs a list, ['甲', '乙']".to_owned()));
        };
        let wanted = self.type_of(what)?;
        self.all_are(&options.elements, wanted)?;
        Ok(Type::Bool)
    }
}

#[cfg(test)]
#[path = "language_tests.rs"]
mod tests;
