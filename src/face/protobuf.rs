//! The wire format of protocol buffers, as much as a model file needs. Knows no schema.
//!
//! Nothing is recursive and nothing is copied on reading, so garbage costs no more than its own length.

/// A field and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) number: u64,
    pub(super) value: Value<'a>,
}

/// The wire types in use; groups went out of use before ONNX was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Number(u64),
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
    Fixed32([u8; 4]),
}

impl<'a> Value<'a> {
    pub(super) const fn bytes(self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(super) const fn number(self) -> Option<u64> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    pub(super) fn text(self) -> Option<&'a str> {
        self.bytes().and_then(|bytes| std::str::from_utf8(bytes).ok())
    }
}

/// Not a protobuf message, or cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Garbled;

/// The fields of a message, in its order. Ends after the first garbled one.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) const fn of(message: &'a [u8]) -> Self {
        Self(message)
    }

    fn field(&mut self) -> Option<Field<'a>> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => Value::Fixed64(self.array()?),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                let (bytes, rest) = self.0.split_at_checked(length)?;
                self.0 = rest;
                Value::Bytes(bytes)
            }
            5 => Value::Fixed32(self.array()?),
            _ => return None,
        };
        Some(Field { number: key >> 3, value })
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    fn varint(&mut self) -> Option<u64> {
        let (number, rest) = varint(self.0)?;
        self.0 = rest;
        Some(number)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Garbled>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or(Garbled))
    }
}

/// A number and what follows it.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (place, byte) in bytes.iter().enumerate().take(10) {
        number |= u64::from(byte & 0x7F).checked_shl(u32::try_from(place).ok()? * 7)?;
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(place + 1..)?));
        }
    }
    None
}

fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7F) as u8);
}

/// Writes a field.
pub(super) fn put(out: &mut Vec<u8>, Field { number, value }: Field<'_>) {
    let kind = match value {
        Value::Number(_) => 0,
        Value::Fixed64(_) => 1,
        Value::Bytes(_) => 2,
        Value::Fixed32(_) => 5,
    };
    put_varint(out, number << 3 | kind);
    match value {
        Value::Number(number) => put_varint(out, number),
        Value::Fixed64(bytes) => out.extend_from_slice(&bytes),
        Value::Bytes(bytes) => {
            put_varint(out, bytes.len() as u64);
            out.extend_from_slice(bytes);
        }
        Value::Fixed32(bytes) => out.extend_from_slice(&bytes),
    }
}

/// Writes a number.
pub(super) fn put_number(out: &mut Vec<u8>, number: u64, value: u64) {
    put(out, Field { number, value: Value::Number(value) });
}

/// Writes bytes, a text or a message.
pub(super) fn put_bytes(out: &mut Vec<u8>, number: u64, value: &[u8]) {
    put(out, Field { number, value: Value::Bytes(value) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_specification_read_as_it_says() {
        // protobuf.dev/programming-guides/encoding: { int32 a = 1 } with a = 150, { string b = 2 } with "testing".
        let message = *b"\x08\x96\x01\x12\x07testing";
        let fields: Result<Vec<_>, _> = Fields::of(&message).collect();
        let expected = [
            Field { number: 1, value: Value::Number(150) },
            Field { number: 2, value: Value::Bytes(b"testing") },
        ];
        assert_eq!(fields.as_deref(), Ok(&expected[..]));
    }

    proptest! {
        #[test]
        fn what_reads_writes_back(message in proptest::collection::vec(any::<u8>(), 0..64)) {
            let Ok(fields) = Fields::of(&message).collect::<Result<Vec<_>, _>>() else { return Ok(()) };
            let mut again = Vec::new();
            for field in &fields {
                put(&mut again, *field);
            }
            prop_assert_eq!(Fields::of(&again).collect::<Result<Vec<_>, _>>(), Ok(fields));
        }
    }
}
