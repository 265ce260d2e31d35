//! Tables in a form, as the members of a family: a row is written cell by cell, then added; a row can be taken out again.
//! A cell is called by its table's field and its column, `members-2`.

use super::{Draft, list_text};
use contract::form::{Column, FieldKind, Rows, rows};
use contract::validate::{FieldFault, check, check_row};
use contract::{FieldId, Secret};
use std::sync::Arc;

/// The name of a cell.
pub fn cell(table: &FieldId, column: usize) -> Option<FieldId> {
    format!("{table}-{column}").parse().ok()
}

/// The table and the column of a cell. Fields have no `-` in their names.
pub fn cell_of(id: &FieldId) -> Option<(FieldId, usize)> {
    let (table, column) = id.as_str().rsplit_once('-')?;
    Some((table.parse().ok()?, column.parse().ok()?))
}

impl Draft {
    /// The table that a field is.
    pub fn table(&self, id: &FieldId) -> Option<&Arc<Rows>> {
        match &self.field(id)?.kind {
            FieldKind::Rows(table) => Some(table),
            _ => None,
        }
    }

    /// The column of a cell.
    pub fn column(&self, id: &FieldId) -> Option<&Column> {
        let (table, column) = cell_of(id)?;
        self.table(&table)?.columns.get(column)
    }

    /// The rows of a table that are done.
    pub fn rows(&self, id: &FieldId) -> Vec<Vec<Secret<String>>> {
        rows(self.value(id)).unwrap_or_default()
    }

    /// What is wrong with a cell of the row that is being written.
    pub fn cell_fault(&self, id: &FieldId) -> Option<FieldFault> {
        match self.value(id) {
            "" => Some(FieldFault::Missing),
            value => check(&self.column(id)?.kind, value, self.today()).err(),
        }
    }

    pub(super) fn cell_value(&self, id: &FieldId) -> Option<&Secret<String>> {
        let (table, column) = cell_of(id)?;
        self.rows.get(&table)?.get(column)
    }

    /// Whether it was a cell.
    pub(super) fn set_cell(&mut self, id: &FieldId, value: &Secret<String>) -> bool {
        let Some((table, column)) = cell_of(id) else { return false };
        let Some(width) = self.table(&table).map(|table| table.columns.len()) else { return false };
        let row = self.rows.entry(table).or_insert_with(|| vec![Secret::default(); width]);
        if let Some(cell) = row.get_mut(column) {
            *cell = value.clone();
        }
        true
    }

    /// Whether it was a cell.
    pub(super) fn pick_in_row(&mut self, id: &FieldId, value: &str) -> bool {
        let Some(column) = self.column(id) else { return false };
        if check(&column.kind, value, self.today()).is_ok() {
            self.set_cell(id, &Secret::from(value));
        }
        true
    }

    /// Adds the row that is being written to its table. What is wrong with it stays where it is, to be put right.
    pub fn add_row(&mut self, id: &FieldId) -> Result<(), FieldFault> {
        let Some(table) = self.table(id).map(Arc::clone) else { return Ok(()) };
        let mut done = self.rows(id);
        let row = self.rows.get(id).cloned().unwrap_or_default();
        check_row(&table, done.len() + 1, &row, self.today())?;
        let repeats = |column: usize| done.iter().any(|above| above.get(column) == row.get(column));
        if table.unique.is_some_and(repeats) {
            return Err(FieldFault::Repeated { row: done.len() + 1 });
        }
        if done.len() >= usize::from(table.max) {
            return Err(FieldFault::Entries { min: table.min, max: table.max });
        }
        done.push(row);
        self.rows.remove(id);
        self.set(id, Secret::new(list_text(&done)));
        Ok(())
    }

    /// Takes a row out.
    pub fn remove_row(&mut self, id: &FieldId, place: usize) {
        let mut done = self.rows(id);
        if place < done.len() {
            done.remove(place);
            let text = if done.is_empty() { String::new() } else { list_text(&done) };
            self.set(id, Secret::new(text));
        }
    }

    /// Whether a row is begun and not added.
    pub fn is_row_begun(&self, id: &FieldId) -> bool {
        self.rows.get(id).is_some_and(|row| row.iter().any(|cell| !cell.expose().is_empty()))
    }
}
