//! The face check: is the person before the camera the one whose picture is in the card?
//!
//! A frame goes through detector (YuNet), quality gates, alignment and embedder (SFace), all on this machine; a
//! [`Check`] then compares what it saw with the card's picture and decides. Knows no camera, no card reader and no
//! screen. Writes no picture and no embedding anywhere; the only file it makes is the folded form of the models.
//!
//! # Where liveness plugs in
//!
//! **There is none yet**: a good photograph of the right person held before the camera passes. Two things belong in
//! here, and both have their place:
//!
//! - *Passive*: a model that tells a live face from paper and screens works on the same frame and the same [`Seen`]
//!   box, so it is one more net in [`FaceEngine::look`], which would return its score beside the embedding in
//!   [`Seen::Good`]; [`Check`] takes the median over its run of frames.
//! - *Active*: a random challenge (blink, turn the head) is a state of [`Check`] between the run of good frames and
//!   its verdict; the five points of the detector already carry the turn of the head. The embedding has to stay the
//!   same person's throughout ([`check::SAME_PERSON`]), so that no picture is swapped in afterwards.
//!
//! Until then nobody may be logged in by face alone where a forged login would do harm.

mod align;
pub mod check;
mod detect;
mod embed;
mod engine;
mod fault;
mod fold;
mod models;
mod net;
mod onnx;
mod picture;
mod protobuf;
mod quality;

pub use check::{Check, Step};
pub use embed::Embedding;
pub use engine::{FaceEngine, Place, Seen};
pub use fault::FaceFault;
pub use fold::FoldFault;

/// What the resident should do so that the camera sees well; one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaceHint {
    /// 请正对摄像头
    LookHere,
    /// 没有看到面部
    NobodyThere,
    /// 请一个人操作
    OnlyOne,
    /// 请靠近一些
    Closer,
    /// 请退后一些
    FurtherAway,
    /// 请正面看镜头
    Straight,
    /// 光线太暗或太亮
    Light,
    /// 请保持不动
    HoldStill,
}
