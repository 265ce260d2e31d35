//! Bills that an order is out for or has paid. A bill has one row or none, so two orders can't both be out for it, nor one
//! for what another has paid.
//!
//! A lock ends with its order and not by the clock: while nobody knows whether the money came, nobody else may pay.

use super::error::AccountingError;
use super::order::Terms;
use crate::cases::DISTRICT;
use crate::store::Sql;
use crate::values;
use contract::bill::{AccountBills, BillState};
use contract::{BillId, OrderNumber};
use std::collections::BTreeMap;

/// Locks the bills of a new order, always in the same order, so that two never wait for each other.
pub(super) fn lock(sql: &mut dyn Sql, terms: &Terms) -> Result<(), AccountingError> {
    let mut bills: Vec<&BillId> = terms.bills().iter().collect();
    bills.sort();
    for bill in bills {
        let inserted = sql.execute(
            "INSERT INTO bill_holds (district, provider, bill, number, state) VALUES (?1, ?2, ?3, ?4, 'locked')
             ON CONFLICT (district, provider, bill) DO NOTHING",
            values![DISTRICT, &terms.provider, bill, &terms.number],
        )?;
        if inserted == 0 {
            return Err(AccountingError::BillHeld(bill.clone()));
        }
    }
    Ok(())
}

/// Lets go of an order's bills.
pub(super) fn free(sql: &mut dyn Sql, number: &OrderNumber) -> Result<(), AccountingError> {
    sql.execute("DELETE FROM bill_holds WHERE number = ?1", values![number])?;
    Ok(())
}

/// Keeps an order's bills for good.
pub(super) fn paid(sql: &mut dyn Sql, number: &OrderNumber) -> Result<(), AccountingError> {
    sql.execute("UPDATE bill_holds SET state = 'paid' WHERE number = ?1", values![number])?;
    Ok(())
}

/// Shows bills as they stand with us: a provider learns of an order only when it is paid.
pub(super) fn mark(sql: &mut dyn Sql, account: &mut AccountBills) -> Result<(), AccountingError> {
    let mut states = BTreeMap::new();
    for bill in account.bills.iter().filter(|bill| bill.state == BillState::Unpaid) {
        let row = sql.query_one(
            "SELECT state FROM bill_holds WHERE district = ?1 AND provider = ?2 AND bill = ?3",
            values![DISTRICT, &account.provider, &bill.bill_id],
        )?;
        if let Some(row) = row {
            let state = if row.text(0)? == "paid" { BillState::Paid } else { BillState::Locked };
            states.insert(bill.bill_id.clone(), state);
        }
    }
    for bill in &mut account.bills {
        if let Some(state) = states.get(&bill.bill_id) {
            bill.state = *state;
        }
    }
    Ok(())
}
