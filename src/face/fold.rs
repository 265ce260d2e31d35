//! Unpacks a block-quantised model: its int8 weights become floats once, instead of at each run.
//!
//! The published files hold a weight as int8 blocks with a scale and a zero point each, a `DequantizeLinear` node
//! with `block_size`, which our runtime does not know, and often a `Reshape`. Folding computes
//! `(q - zero point) * scale`, puts the result under the last node's name and drops both nodes. Knows the ONNX
//! schema by its field numbers and no model in particular.

use super::onnx::{Constant, MOST_DIMENSIONS, Node};
use super::protobuf::{Field, Fields, Garbled, Value, put, put_bytes, put_number};
use std::collections::{BTreeMap, BTreeSet};

/// A model larger than this is none of ours.
const MOST_BYTES: usize = 64 << 20;
const FLOAT: u64 = 1;

/// What a model says of its input's height and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InputSize {
    /// Stay as published.
    Fixed,
    /// Become free: a detector takes any picture, whatever size it was exported with.
    Free,
}

/// Why a model can't be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoldFault {
    /// It is no protobuf message.
    #[error("it is not an ONNX file")]
    Garbled,
    /// It is larger than any model of ours.
    #[error("it is too large")]
    TooLarge,
    /// A weight's data, scales and sizes don't fit each other.
    #[error("a weight contradicts itself")]
    Contradiction,
    /// The result is not the known one.
    #[error("the result is not what it should be")]
    OtherResult,
}

impl From<Garbled> for FoldFault {
    fn from(Garbled: Garbled) -> Self {
        Self::Garbled
    }
}

/// Unpacks a model.
pub(super) fn fold(model: &[u8], input: InputSize) -> Result<Vec<u8>, FoldFault> {
    if model.len() > MOST_BYTES {
        return Err(FoldFault::TooLarge);
    }
    let mut out = Vec::new();
    let mut graphs = 0;
    for field in Fields::of(model) {
        match field? {
            Field { number: 7, value: Value::Bytes(message) } => {
                put_bytes(&mut out, 7, &graph(message, input)?);
                graphs += 1;
            }
            other => put(&mut out, other),
        }
    }
    if graphs == 1 { Ok(out) } else { Err(FoldFault::Garbled) }
}

fn graph(message: &[u8], input: InputSize) -> Result<Vec<u8>, FoldFault> {
    let (mut nodes, mut constants) = (Vec::new(), BTreeMap::new());
    for field in Fields::of(message) {
        match field? {
            Field { number: 1, value: Value::Bytes(message) } => nodes.push(Node::read(message)?),
            Field { number: 5, value: Value::Bytes(message) } => {
                let (name, constant) = Constant::read(message)?;
                constants.insert(name, constant);
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    let rest = fold_nodes(&nodes, &constants, &mut out)?;
    let used: BTreeSet<&str> = rest.iter().flat_map(|node| node.inputs.iter().copied()).collect();
    for node in &rest {
        put_bytes(&mut out, 1, node.message);
    }
    for field in Fields::of(message) {
        match field? {
            // Nodes are written already; sizes in between (13) are wrong once the input's are free.
            Field { number: 1 | 13, .. } => {}
            Field { number: 5, value: Value::Bytes(constant) } => {
                if used.contains(Constant::read(constant)?.0) {
                    put_bytes(&mut out, 5, constant);
                }
            }
            // Some exporters list every weight as an input, even those that became int8 and left.
            Field { number: 11, value: Value::Bytes(message) } => {
                let name = name_of(message)?;
                if used.contains(name) && !constants.contains_key(name) {
                    put_bytes(&mut out, 11, &with_size(message, input)?);
                }
            }
            other => put(&mut out, other),
        }
    }
    Ok(out)
}

/// Writes the unpacked weights; the nodes that remain.
fn fold_nodes<'n, 'a>(
    nodes: &'n [Node<'a>],
    constants: &BTreeMap<&str, Constant<'_>>,
    out: &mut Vec<u8>,
) -> Result<Vec<&'n Node<'a>>, FoldFault> {
    let mut consumers: BTreeMap<&str, Vec<&Node<'_>>> = BTreeMap::new();
    for node in nodes {
        for input in &node.inputs {
            consumers.entry(input).or_default().push(node);
        }
    }
    let mut gone = BTreeSet::new();
    for node in nodes.iter().filter(|node| node.operator == "DequantizeLinear") {
        let weight = |place: usize| node.inputs.get(place).and_then(|name| constants.get(name));
        let (Some(data), Some(scales)) = (weight(0), weight(1)) else { continue };
        let floats = dequantize(data, scales, weight(2), node)?;
        let reshape = match consumers.get(node.output).map(Vec::as_slice) {
            Some([only]) if only.operator == "Reshape" => {
                only.inputs.get(1).and_then(|name| constants.get(name)).map(|shape| (only.output, shape))
            }
            _ => None,
        };
        let (name, dimensions) = match reshape {
            Some((name, shape)) => (name, reshaped(&data.dimensions, &shape.sizes()?, floats.len() / 4)?),
            None => (node.output, data.dimensions.clone()),
        };
        put_weight(out, name, &dimensions, &floats);
        gone.extend([node.output, name]);
    }
    Ok(nodes.iter().filter(|node| !gone.contains(node.output)).collect())
}

fn put_weight(out: &mut Vec<u8>, name: &str, dimensions: &[usize], floats: &[u8]) {
    let mut tensor = Vec::with_capacity(floats.len() + 64);
    for size in dimensions {
        put_number(&mut tensor, 1, *size as u64);
    }
    put_number(&mut tensor, 2, FLOAT);
    put_bytes(&mut tensor, 8, name.as_bytes());
    put_bytes(&mut tensor, 9, floats);
    put_bytes(out, 5, &tensor);
}

/// `(q - zero point) * scale`, as the bytes of little-endian floats.
fn dequantize(
    data: &Constant<'_>,
    scales: &Constant<'_>,
    zeros: Option<&Constant<'_>>,
    node: &Node<'_>,
) -> Result<Vec<u8>, FoldFault> {
    let (quantised, scales) = (data.bytes()?, scales.floats());
    let zeros = zeros.map_or_else(|| Ok(Vec::new()), Constant::bytes)?;
    if product(&data.dimensions)? != quantised.len() {
        return Err(FoldFault::Contradiction);
    }
    let mut out = Vec::with_capacity(quantised.len() * 4);
    let mut write = |q: i8, scale: f32, zero: i8| {
        out.extend_from_slice(&(f32::from(i16::from(q) - i16::from(zero)) * scale).to_le_bytes());
    };
    if let [scale] = scales.as_slice() {
        let zero = zeros.first().copied().unwrap_or_default();
        for q in quantised {
            write(q, *scale, zero);
        }
        return Ok(out);
    }
    let rank = i64::try_from(data.dimensions.len()).map_err(|_| FoldFault::Contradiction)?;
    let axis = usize::try_from(if node.axis < 0 { node.axis + rank } else { node.axis })
        .ok()
        .filter(|axis| *axis < data.dimensions.len())
        .ok_or(FoldFault::Contradiction)?;
    let (_, after) = data.dimensions.split_at(axis);
    let (length, inner) = match after {
        [length, inner @ ..] => (*length, product(inner)?),
        [] => return Err(FoldFault::Contradiction),
    };
    // Without blocks there is a scale for each place along the axis, and the same ones outside of it.
    let (block, outer_blocks) =
        if node.block == 0 { (1, 0) } else { (node.block, length.div_ceil(node.block)) };
    let rows = quantised.chunks_exact(inner.max(1));
    for (row, values) in rows.enumerate() {
        let (outer, place) = (row / length.max(1), row % length.max(1));
        let first = if node.block == 0 { place } else { (outer * outer_blocks + place / block) * inner };
        for (column, q) in values.iter().enumerate() {
            let index = if node.block == 0 { first } else { first + column };
            let scale = scales.get(index).ok_or(FoldFault::Contradiction)?;
            let zero = if zeros.is_empty() { Some(&0) } else { zeros.get(index) };
            write(*q, *scale, *zero.ok_or(FoldFault::Contradiction)?);
        }
    }
    Ok(out)
}

fn product(dimensions: &[usize]) -> Result<usize, FoldFault> {
    dimensions.iter().try_fold(1_usize, |all, size| all.checked_mul(*size)).ok_or(FoldFault::Contradiction)
}

/// The sizes that a `Reshape` asks for: 0 keeps a size, -1 takes what is left.
fn reshaped(from: &[usize], wanted: &[i64], elements: usize) -> Result<Vec<usize>, FoldFault> {
    let mut sizes = Vec::with_capacity(wanted.len());
    for (place, size) in wanted.iter().enumerate() {
        let size = match size {
            0 => *from.get(place).ok_or(FoldFault::Contradiction)?,
            -1 => {
                let others: Vec<_> =
                    wanted.iter().filter(|other| **other > 0).map(|other| other.unsigned_abs()).collect();
                let others = others.iter().try_fold(1_u64, |all, size| all.checked_mul(*size));
                (elements as u64)
                    .checked_div(others.ok_or(FoldFault::Contradiction)?)
                    .and_then(|size| usize::try_from(size).ok())
                    .ok_or(FoldFault::Contradiction)?
            }
            size => usize::try_from(*size).map_err(|_| FoldFault::Contradiction)?,
        };
        sizes.push(size);
    }
    if sizes.len() <= MOST_DIMENSIONS && product(&sizes)? == elements {
        Ok(sizes)
    } else {
        Err(FoldFault::Contradiction)
    }
}

fn name_of(message: &[u8]) -> Result<&str, FoldFault> {
    for field in Fields::of(message) {
        if let Field { number: 1, value } = field? {
            return value.text().ok_or(FoldFault::Garbled);
        }
    }
    Ok("")
}

/// An input's description: name, type, tensor, shape, and four sizes of which the last two may become free.
fn with_size(message: &[u8], input: InputSize) -> Result<Vec<u8>, FoldFault> {
    if input == InputSize::Fixed {
        return Ok(message.to_vec());
    }
    within(message, 2, &|kind| within(kind, 1, &|tensor| within(tensor, 2, &free_size)))
}

/// What becomes of a message.
type Rewrite<'r> = dyn Fn(&[u8]) -> Result<Vec<u8>, FoldFault> + 'r;

/// Rewrites one field of a message and leaves the others.
fn within(message: &[u8], wanted: u64, rewrite: &Rewrite<'_>) -> Result<Vec<u8>, FoldFault> {
    let mut out = Vec::new();
    for field in Fields::of(message) {
        match field? {
            Field { number, value: Value::Bytes(bytes) } if number == wanted => {
                put_bytes(&mut out, number, &rewrite(bytes)?);
            }
            other => put(&mut out, other),
        }
    }
    Ok(out)
}

fn free_size(shape: &[u8]) -> Result<Vec<u8>, FoldFault> {
    let mut out = Vec::new();
    for (place, field) in Fields::of(shape).enumerate() {
        let field = field?;
        let name = match place {
            2 => "height",
            3 => "width",
            _ => {
                put(&mut out, field);
                continue;
            }
        };
        let mut dimension = Vec::new();
        put_bytes(&mut dimension, 2, name.as_bytes());
        put_bytes(&mut out, field.number, &dimension);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A constant with a name, sizes, and raw data.
    fn constant(name: &str, dimensions: &[u64], kind: u64, raw: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for size in dimensions {
            put_number(&mut out, 1, *size);
        }
        put_number(&mut out, 2, kind);
        put_bytes(&mut out, 8, name.as_bytes());
        put_bytes(&mut out, 9, raw);
        out
    }

    fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[(&str, u64)]) -> Vec<u8> {
        let mut out = Vec::new();
        for input in inputs {
            put_bytes(&mut out, 1, input.as_bytes());
        }
        put_bytes(&mut out, 2, output.as_bytes());
        put_bytes(&mut out, 4, operator.as_bytes());
        for (name, number) in attributes {
            let mut attribute = Vec::new();
            put_bytes(&mut attribute, 1, name.as_bytes());
            put_number(&mut attribute, 3, *number);
            put_bytes(&mut out, 5, &attribute);
        }
        out
    }

    /// Two rows of five weights in blocks of three, then a reshape to ten, then a convolution that uses them.
    fn small_model() -> Vec<u8> {
        let scales: Vec<u8> =
            [1.0_f32, 10.0, 100.0, 0.5].iter().flat_map(|scale| scale.to_le_bytes()).collect();
        let shape: Vec<u8> = [-1_i64, 2].iter().flat_map(|size| size.to_le_bytes()).collect();
        let mut graph = Vec::new();
        put_bytes(
            &mut graph,
            1,
            &node("DequantizeLinear", &["q", "s", "z"], "d", &[("axis", 1), ("block_size", 3)]),
        );
        put_bytes(&mut graph, 1, &node("Reshape", &["d", "shape"], "w", &[]));
        put_bytes(&mut graph, 1, &node("Conv", &["x", "w"], "y", &[]));
        put_bytes(&mut graph, 5, &constant("q", &[2, 5], 3, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
        put_bytes(&mut graph, 5, &constant("s", &[2, 2], FLOAT, &scales));
        put_bytes(&mut graph, 5, &constant("z", &[2, 2], 3, &[0, 1, 2, 0]));
        put_bytes(&mut graph, 5, &constant("shape", &[2], 7, &shape));
        let mut model = Vec::new();
        put_number(&mut model, 1, 8);
        put_bytes(&mut model, 7, &graph);
        model
    }

    #[test]
    fn weights_come_out_as_the_definition_says() {
        let folded = fold(&small_model(), InputSize::Fixed).unwrap();
        let graph = Fields::of(&folded).find_map(|field| field.unwrap().value.bytes()).unwrap();
        let fields: Vec<_> = Fields::of(graph).map(Result::unwrap).collect();
        assert_eq!(
            fields.iter().filter(|field| field.number == 1).count(),
            1,
            "only the convolution remains"
        );
        let weights: Vec<_> = fields.iter().filter(|field| field.number == 5).collect();
        assert_eq!(weights.len(), 1, "only the unpacked weight remains");
        let (name, weight) = Constant::read(weights[0].value.bytes().unwrap()).unwrap();
        assert_eq!((name, weight.dimensions.as_slice()), ("w", &[5, 2][..]));
        assert_eq!(weight.floats(), [1., 2., 3., 30., 40., 400., 500., 600., 4.5, 5.]);
    }

    #[test]
    fn a_weight_shorter_than_its_sizes_is_a_contradiction() {
        let model = small_model();
        let at = model.windows(4).position(|bytes| bytes == [8, 2, 8, 5]).unwrap();
        let mut wrong = model.clone();
        wrong[at + 3] = 6;
        assert_eq!(fold(&wrong, InputSize::Fixed), Err(FoldFault::Contradiction));
    }

    proptest! {
        #[test]
        fn garbage_is_refused_and_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
            let _ = fold(&bytes, InputSize::Free);
        }

        #[test]
        fn a_damaged_model_never_panics(at in 0..200_usize, byte in any::<u8>(), cut in 0..200_usize) {
            let mut model = small_model();
            let length = model.len();
            model[at % length] = byte;
            let _ = fold(&model, InputSize::Free);
            let _ = fold(&model[..cut % length], InputSize::Free);
        }
    }
}
