//! A net that computes numbers of a picture. The one place that knows the runtime, so that another can take its place.

use super::FaceFault;
use super::picture::Planes;
use rten::{Model, NodeId, RunOptions, ThreadPool};
use rten_tensor::{Tensor, TensorView};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The runtime could not compute; its own words.
#[derive(Debug, thiserror::Error)]
#[error("the face model could not be run: {0}")]
pub(super) struct NetFault(String);

/// A loaded model with one picture as its input.
pub(super) trait Net: Send + Sync {
    /// Its outputs, in the model's order.
    fn run(&self, input: &Planes) -> Result<Vec<Zeroizing<Vec<f32>>>, NetFault>;
}

/// A net in rten. What rten computes on the way lies in its own memory, which is freed and not wiped.
pub(super) struct RtenNet {
    model: Model,
    input: NodeId,
    options: RunOptions,
}

impl RtenNet {
    /// Takes an unpacked ONNX file.
    pub(super) fn load(
        name: &'static str,
        file: Vec<u8>,
        threads: &Arc<ThreadPool>,
    ) -> Result<Self, FaceFault> {
        let model = Model::load(file)
            .map_err(|error| FaceFault::Refused { model: name, reason: error.to_string() })?;
        let [input] = *model.input_ids() else {
            return Err(FaceFault::Refused { model: name, reason: "it has not one input".into() });
        };
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(threads)));
        Ok(Self { model, input, options })
    }
}

impl Net for RtenNet {
    fn run(&self, input: &Planes) -> Result<Vec<Zeroizing<Vec<f32>>>, NetFault> {
        let fault = |error: &dyn std::fmt::Display| NetFault(error.to_string());
        let shape = [1, 3, input.height, input.width];
        let view =
            TensorView::try_from_data(&shape[..], input.values.as_slice()).map_err(|error| fault(&error))?;
        let outputs = self
            .model
            .run(vec![(self.input, view.into())], self.model.output_ids(), Some(self.options.clone()))
            .map_err(|error| fault(&error))?;
        outputs
            .into_iter()
            .map(|output| {
                let tensor = Tensor::<f32>::try_from(output).map_err(|error| fault(&error))?;
                Ok(Zeroizing::new(tensor.into_data()))
            })
            .collect()
    }
}
