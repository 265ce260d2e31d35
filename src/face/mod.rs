//! The face check.

mod check;
mod engine;

pub use check::{Check, Seen, Step};
pub use engine::{Embedding, FaceEngine};

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
