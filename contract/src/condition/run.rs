//! What the names in a condition stand for, and whether it holds. `check` knows the same names by their types.

use super::{Condition, Fact};
use crate::IdNumber;
use crate::validate::parse_date;
use cel::{Context, ExecutionError, Value};
use jiff::Unit;
use jiff::civil::{Date, DateDifference};
use std::collections::HashMap;
use std::sync::Arc;

/// The condition needs a value that is not there. Its own words could quote a value, so they are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("条件缺少要素，无法计算")]
pub struct Uncomputable;

/// The values of names.
pub struct Values(Context<'static, 'static>);

impl Values {
    /// The fields of a form on a day.
    pub fn new<'a>(
        today: Date,
        form: impl IntoIterator<Item = (&'a str, &'a Fact)>,
    ) -> Result<Self, Uncomputable> {
        let mut context = Context::default();
        context.add_variable_from_value("today", today.to_string());
        context.add_variable_from_value("form", record(form));
        let declared = context
            .add_function("years_since", move |day: Arc<String>| years_between(&day, today))
            .and_then(|()| {
                context.add_function("months_since", move |day: Arc<String>| months_between(&day, today))
            })
            .and_then(|()| {
                context.add_function("age_in_august", move |birth: Arc<String>| age_in_august(&birth, today))
            })
            .and_then(|()| context.add_function("birth_of", |number: Arc<String>| birth_of(&number)))
            .and_then(|()| {
                context.add_function("part", |text: Arc<String>, from, count| part(&text, from, count))
            })
            .and_then(|()| context.add_function("portion", portion))
            .and_then(|()| {
                context.add_function("days_since", move |day: Arc<String>| days_between(&day, today))
            })
            .and_then(|()| context.add_function("in_force", move |end: Arc<String>| in_force(&end, today)));
        declared.map_err(|_| Uncomputable)?;
        Ok(Self(context))
    }

    /// With what registries said: for each resource that answered, whether it has a record, and its fields.
    #[must_use]
    pub fn with_registries<'a, F>(mut self, registry: impl IntoIterator<Item = (&'a str, bool, F)>) -> Self
    where
        F: IntoIterator<Item = (&'a str, &'a Fact)>,
    {
        let records: HashMap<String, Value> = registry
            .into_iter()
            .map(|(resource, found, fields)| {
                let mut record = record(fields);
                record.insert("found".to_owned(), Value::Bool(found));
                (resource.to_owned(), Value::from(record))
            })
            .collect();
        self.0.add_variable_from_value("registry", records);
        self
    }

    /// With the name of the service that is applied for.
    #[must_use]
    pub fn with_item(mut self, name: &str) -> Self {
        self.0.add_variable_from_value("item", name.to_owned());
        self
    }
}

impl Condition {
    /// Whether it holds.
    pub fn holds(&self, values: &Values) -> Result<bool, Uncomputable> {
        match self.program.execute(&values.0) {
            Ok(Value::Bool(answer)) => Ok(answer),
            Ok(_) | Err(_) => Err(Uncomputable),
        }
    }
}

fn record<'a>(facts: impl IntoIterator<Item = (&'a str, &'a Fact)>) -> HashMap<String, Value> {
    facts.into_iter().map(|(id, fact)| (id.to_owned(), value(fact))).collect()
}

fn value(fact: &Fact) -> Value {
    match fact {
        Fact::Text(text) => Value::from(text.as_str()),
        Fact::Int(number) => Value::Int(*number),
        Fact::Bool(answer) => Value::Bool(*answer),
    }
}

fn date(function: &str, text: &str) -> Result<Date, ExecutionError> {
    parse_date(text).ok_or_else(|| ExecutionError::function_error(function, "no date"))
}

/// Full years from a day to another (周岁).
fn years_between(day: &str, today: Date) -> Result<i64, ExecutionError> {
    let span = DateDifference::new(today).largest(Unit::Year);
    let span = date("years_since", day)?.until(span);
    span.map(|span| i64::from(span.get_years()))
        .map_err(|_| ExecutionError::function_error("years_since", "range"))
}

fn days_between(day: &str, today: Date) -> Result<i64, ExecutionError> {
    let span = date("days_since", day)?.until(today);
    span.map(|span| i64::from(span.get_days()))
        .map_err(|_| ExecutionError::function_error("days_since", "range"))
}

/// Calendar months from the day's month to this one; below zero for one to come.
fn months_between(day: &str, today: Date) -> Result<i64, ExecutionError> {
    let months = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
    Ok(months(today) - months(date("months_since", day)?))
}

/// Full years on this year's 31 August, on which the age for school is counted.
fn age_in_august(birth: &str, today: Date) -> Result<i64, ExecutionError> {
    let out_of_range = |_| ExecutionError::function_error("age_in_august", "range");
    let august = Date::new(today.year(), 8, 31).map_err(out_of_range)?;
    years_between(birth, august)
}

/// The date of birth in an ID number.
fn birth_of(number: &str) -> Result<Value, ExecutionError> {
    let number =
        IdNumber::parse(number).map_err(|_| ExecutionError::function_error("birth_of", "no ID number"))?;
    Ok(Value::from(number.birth_date().to_string()))
}

/// So many characters of a text from a place, counted from 1.
fn part(text: &str, from: i64, count: i64) -> Result<Value, ExecutionError> {
    let size = |number: i64| {
        usize::try_from(number).map_err(|_| ExecutionError::function_error("part", "place below 1"))
    };
    let taken: String = text.chars().skip(size(from - 1)?).take(size(count)?).collect();
    Ok(Value::from(taken))
}

/// So many ten-thousandths of an amount in fen, rounded half up.
fn portion(amount: i64, ten_thousandths: i64) -> Result<i64, ExecutionError> {
    let product = amount.checked_mul(ten_thousandths).and_then(|product| product.checked_add(5_000));
    product
        .map(|product| product.div_euclid(10_000))
        .ok_or_else(|| ExecutionError::function_error("portion", "range"))
}

fn in_force(end: &str, today: Date) -> Result<bool, ExecutionError> {
    if end == "长期" { Ok(true) } else { Ok(date("in_force", end)? >= today) }
}
