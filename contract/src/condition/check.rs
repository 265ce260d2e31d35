//! Which CEL expressions are conditions. CEL itself has no types before it runs; this reads the parsed expression and
//! gives every part a type, so that a condition that could stumble is refused when the catalogue is loaded.
//!
//! A condition may use `form.FIELD`, `registry.RESOURCE.FIELD`, `registry.RESOURCE.found`, `today`, `item`, literals,
//! the operators `&& || ! == != < <= > >= + - in ?:`, `has(form.FIELD)`, and the functions of [`FUNCTIONS`]. A list of a
//! form stands for the number of its entries. Macros over lists, maps and messages are left out: no rule needs them, and
//! each is one more way to stumble.

use super::{ConditionFault, Scope, Type, path};
use cel::Program;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

/// The functions: name, arguments, result. `run` gives them their meaning.
const FUNCTIONS: [(&str, &[Type], Type); 8] = [
    ("years_since", &[Type::Date], Type::Int),
    ("months_since", &[Type::Date], Type::Int),
    ("days_since", &[Type::Date], Type::Int),
    ("age_in_august", &[Type::Date], Type::Int),
    ("in_force", &[Type::DateOrLong], Type::Bool),
    ("birth_of", &[Type::Text], Type::Date),
    ("part", &[Type::Text, Type::Int, Type::Int], Type::Text),
    ("portion", &[Type::Int, Type::Int], Type::Int),
];

/// CEL's own methods of texts: they take a text and say yes or no.
const TEXT_METHODS: [&str; 3] = ["startsWith", "endsWith", "contains"];

pub(super) struct Checker<'a> {
    pub scope: &'a Scope,
    pub source: &'a str,
    pub program: &'a Program,
}

impl Checker<'_> {
    fn fault(&self, part: &IdedExpr, detail: String) -> ConditionFault {
        let at = self.program.source_info().offset_for(part.id).map_or(0, |(start, _)| start as usize);
        // The parser counts bytes.
        let column = self.source.get(..at).map_or(0, |before| before.chars().count()) + 1;
        ConditionFault { column, detail }
    }

    pub(super) fn expect(&self, part: &IdedExpr, wanted: Type, found: Type) -> Result<(), ConditionFault> {
        // A date is a date or 长期.
        let fits = match wanted {
            Type::DateOrLong => matches!(found, Type::DateOrLong | Type::Date),
            // So is a date a text, of which a part can be taken.
            Type::Text => matches!(found, Type::Text | Type::Date),
            wanted => wanted == found,
        };
        if fits { Ok(()) } else { Err(self.fault(part, format!("this is {found}, but must be {wanted}"))) }
    }

    pub(super) fn type_of(&self, part: &IdedExpr) -> Result<Type, ConditionFault> {
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
            Some(["item"]) if self.scope.item => Ok(Type::Text),
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
            (name, None, args) if is_function_name(name) => {
                let Some((_, wanted, result)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
                    return Err(self.fault(part, format!("there is no function {name}()")));
                };
                if wanted.len() != args.len() {
                    return Err(self.fault(part, format!("{name}() takes {} values", wanted.len())));
                }
                for (argument, wanted) in args.iter().zip(*wanted) {
                    self.expect(argument, *wanted, self.type_of(argument)?)?;
                }
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

/// Operators have names with signs in them.
fn is_function_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !name.starts_with('_')
}
