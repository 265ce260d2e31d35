//! The parts of the ONNX schema that unpacking reads: nodes and constants, by their field numbers.

use super::FoldFault;
use super::protobuf::{Field, Fields, Value, varint};

/// No tensor of ours has more.
pub(super) const MOST_DIMENSIONS: usize = 8;

/// A node of the graph, as far as folding looks.
pub(super) struct Node<'a> {
    pub(super) message: &'a [u8],
    pub(super) operator: &'a str,
    pub(super) inputs: Vec<&'a str>,
    pub(super) output: &'a str,
    pub(super) axis: i64,
    pub(super) block: usize,
}

impl<'a> Node<'a> {
    pub(super) fn read(message: &'a [u8]) -> Result<Self, FoldFault> {
        // axis defaults to 1, block_size to 0: ONNX operators, DequantizeLinear.
        let mut node = Self { message, operator: "", inputs: Vec::new(), output: "", axis: 1, block: 0 };
        for field in Fields::of(message) {
            let Field { number, value } = field?;
            match number {
                1 => node.inputs.push(value.text().ok_or(FoldFault::Garbled)?),
                2 if node.output.is_empty() => node.output = value.text().ok_or(FoldFault::Garbled)?,
                4 => node.operator = value.text().ok_or(FoldFault::Garbled)?,
                5 => node.attribute(value.bytes().ok_or(FoldFault::Garbled)?)?,
                _ => {}
            }
        }
        Ok(node)
    }

    fn attribute(&mut self, message: &[u8]) -> Result<(), FoldFault> {
        let (mut name, mut number) = ("", 0);
        for field in Fields::of(message) {
            match field? {
                Field { number: 1, value } => name = value.text().unwrap_or_default(),
                Field { number: 3, value } => number = value.number().unwrap_or_default(),
                _ => {}
            }
        }
        match name {
            "axis" => self.axis = number.cast_signed(),
            "block_size" => self.block = usize::try_from(number).map_err(|_| FoldFault::Contradiction)?,
            _ => {}
        }
        Ok(())
    }
}

/// A constant of the graph; its data stays where it is in the file.
#[derive(Default)]
pub(super) struct Constant<'a> {
    pub(super) dimensions: Vec<usize>,
    raw: Option<&'a [u8]>,
    floats: &'a [u8],
    numbers: &'a [u8],
}

impl<'a> Constant<'a> {
    pub(super) fn read(message: &'a [u8]) -> Result<(&'a str, Self), FoldFault> {
        let (mut name, mut constant) = ("", Self::default());
        for field in Fields::of(message) {
            match field? {
                Field { number: 1, value: Value::Number(size) } => constant.dimension(size)?,
                Field { number: 1, value: Value::Bytes(sizes) } => {
                    for size in varints(sizes)? {
                        constant.dimension(size)?;
                    }
                }
                Field { number: 4, value: Value::Bytes(bytes) } => constant.floats = bytes,
                Field { number: 5 | 7, value: Value::Bytes(bytes) } => constant.numbers = bytes,
                Field { number: 8, value } => name = value.text().ok_or(FoldFault::Garbled)?,
                Field { number: 9, value } => constant.raw = value.bytes(),
                _ => {}
            }
        }
        Ok((name, constant))
    }

    fn dimension(&mut self, size: u64) -> Result<(), FoldFault> {
        self.dimensions.push(usize::try_from(size).map_err(|_| FoldFault::Contradiction)?);
        if self.dimensions.len() > MOST_DIMENSIONS { Err(FoldFault::Contradiction) } else { Ok(()) }
    }

    pub(super) fn floats(&self) -> Vec<f32> {
        let (chunks, _) = self.raw.unwrap_or(self.floats).as_chunks();
        chunks.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect()
    }

    #[expect(clippy::cast_possible_truncation, reason = "the data type of the constant is int8")]
    pub(super) fn bytes(&self) -> Result<Vec<i8>, FoldFault> {
        match self.raw {
            Some(raw) => Ok(raw.iter().map(|byte| byte.cast_signed()).collect()),
            None => Ok(varints(self.numbers)?.into_iter().map(|number| number as i8).collect()),
        }
    }

    pub(super) fn sizes(&self) -> Result<Vec<i64>, FoldFault> {
        match self.raw {
            Some(raw) => Ok(raw.as_chunks().0.iter().map(|chunk| i64::from_le_bytes(*chunk)).collect()),
            None => Ok(varints(self.numbers)?.into_iter().map(u64::cast_signed).collect()),
        }
    }
}

fn varints(mut bytes: &[u8]) -> Result<Vec<u64>, FoldFault> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        let (number, rest) = varint(bytes).ok_or(FoldFault::Garbled)?;
        numbers.push(number);
        bytes = rest;
    }
    Ok(numbers)
}
