//! Where a city's store is: a file, a cluster of its own, or two of them.

use private_postgres::{Cluster, WatchedPair};
use std::path::Path;

pub(super) enum Engine {
    File,
    Cluster(Cluster),
    Pair { primary: Cluster, standby: Cluster },
    Watched(WatchedPair),
}

impl Engine {
    /// The store, as central is told of it; a file is in this folder.
    pub(super) fn uri(&self, folder: &Path) -> String {
        match self {
            Self::File => format!("sqlite:{}", folder.join("central.db").display()),
            Self::Cluster(cluster) => cluster.uri(),
            Self::Pair { primary, standby } => format!(
                "postgres://central@127.0.0.1:{},127.0.0.1:{}/postgres",
                primary.port(),
                standby.port()
            ),
            Self::Watched(pair) => pair.uri(),
        }
    }

    pub(super) fn cluster(&self) -> &Cluster {
        match self {
            Self::Cluster(cluster) | Self::Pair { primary: cluster, .. } => cluster,
            Self::File | Self::Watched(_) => panic!("no cluster of this city can be had by itself"),
        }
    }

    pub(super) fn standby(&self) -> &Cluster {
        match self {
            Self::Pair { standby, .. } => standby,
            _ => panic!("nothing stands by in this city"),
        }
    }

    pub(super) fn pair(&mut self) -> &mut WatchedPair {
        match self {
            Self::Watched(pair) => pair,
            _ => panic!("nobody watches over this city"),
        }
    }
}
