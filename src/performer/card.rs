//! A card on the reader becomes a person before the terminal.

use super::Hands;
use crate::identity::{CardKey, Resident, ValidTo};
use crate::journey::CardTrouble;
use contract::Secret;
use drivers::id_card_reader::{self as reader, Card, CardFault, CardHolder};

/// Waits for the next card.
pub(super) async fn read(hands: &Hands) -> Result<Resident, CardTrouble> {
    match hands.reader.read_card().await {
        Ok(card) => resident(card, hands),
        Err(fault) => {
            // The fault holds nothing of the card.
            tracing::info!(%fault, "no card was read");
            Err(trouble(fault))
        }
    }
}

fn trouble(fault: CardFault) -> CardTrouble {
    match fault {
        CardFault::HoldStill => CardTrouble::HoldStill,
        CardFault::Data(_) => CardTrouble::Unreadable,
        CardFault::Unreadable => CardTrouble::NotAccepted,
        CardFault::NoReader | CardFault::Offline | CardFault::Module(_) | CardFault::TakenOver => {
            CardTrouble::NoReader
        }
    }
}

/// Citizens' cards only: the forms ask for fields that the other layouts do not have.
fn resident(card: Card, hands: &Hands) -> Result<Resident, CardTrouble> {
    let Card { holder: CardHolder::Citizen(citizen), photo } = card else {
        return Err(CardTrouble::NotAccepted);
    };
    let valid_to = match citizen.valid_to {
        reader::ValidTo::On(last) => ValidTo::On(last),
        reader::ValidTo::LongTerm => ValidTo::LongTerm,
    };
    Ok(Resident {
        card: CardKey(hands.secret.name_of(citizen.number.expose())),
        name: citizen.name,
        number: citizen.number,
        sex: citizen.sex,
        nation: citizen.nation,
        birth: citizen.birth,
        address: citizen.address,
        issuer: citizen.authority,
        valid_to,
        portrait: photo.map(|photo| Secret::new(photo.bytes().to_vec())),
    })
}
