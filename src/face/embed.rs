//! A face as 128 numbers, in which the same person's faces point the same way.

use super::net::{Net, NetFault};
use super::picture::Planes;
use contract::Secret;

/// Numbers of an embedding.
const LENGTH: usize = 128;

/// A face as a direction in 128 dimensions. As personal as the face: `Debug` shows stars, and it is wiped.
#[derive(Clone, Debug)]
pub struct Embedding(Secret<Vec<f32>>);

impl Embedding {
    /// Takes a net's output. `None`: not 128 numbers, or none of them says anything.
    pub(super) fn new(numbers: &[f32]) -> Option<Self> {
        let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
        let usable = numbers.len() == LENGTH && length.is_finite() && length > 1e-6;
        usable.then(|| Self(Secret::new(numbers.iter().map(|number| number / length).collect())))
    }

    /// The cosine between two faces: near 1 for one person, near 0 for two.
    pub fn likeness(&self, other: &Self) -> f32 {
        self.0.expose().iter().zip(other.0.expose()).map(|(a, b)| a * b).sum()
    }

    /// For tests of other modules: two of these with angles `a` and `b` have the likeness `cos(a - b)`.
    #[cfg(test)]
    pub(super) fn at_angle(angle: f32) -> Self {
        let mut numbers = vec![0.0; LENGTH];
        (numbers[0], numbers[1]) = (angle.cos(), angle.sin());
        Self(Secret::new(numbers))
    }
}

/// SFace.
pub(super) struct Embedder(Box<dyn Net>);

impl Embedder {
    pub(super) fn new(net: Box<dyn Net>) -> Self {
        Self(net)
    }

    /// The embedding of an aligned face.
    pub(super) fn embed(&self, aligned: &Planes) -> Result<Option<Embedding>, NetFault> {
        let outputs = self.0.run(aligned)?;
        Ok(outputs.first().and_then(|numbers| Embedding::new(numbers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embedding_shows_nothing_of_itself() {
        assert_eq!(format!("{:?}", Embedding::at_angle(0.3)), "Embedding(***)");
    }

    #[test]
    fn numbers_that_say_nothing_are_no_embedding() {
        assert!(Embedding::new(&[0.0; LENGTH]).is_none());
        assert!(Embedding::new(&[f32::NAN; LENGTH]).is_none());
        assert!(Embedding::new(&[1.0; 127]).is_none());
        let embedding = Embedding::new(&[3.0; LENGTH]).unwrap();
        assert!((embedding.likeness(&embedding) - 1.0).abs() < 1e-5);
    }
}
