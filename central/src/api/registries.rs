//! `GET /v1/data-resources`: what central may ask of the shared registries, whose it is and on what ground (数据资源目录).

use super::Central;
use crate::registries::Resource;
use axum::Json;
use axum::extract::State;
use serde::Serialize;

/// One field of a resource.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DataField {
    /// Its name in rules.
    id: String,
    /// What people call it.
    name: String,
    /// text, date, int or bool.
    #[serde(rename = "type")]
    kind: &'static str,
}

/// One question that a registry answers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DataResource {
    /// Its name in rules.
    id: String,
    /// What people call it.
    name: String,
    /// The registry that holds it.
    registry: String,
    /// 数据提供部门
    owner: String,
    /// On what legal ground it is pulled.
    legal_ground: String,
    /// 更新频率
    freshness: String,
    /// How long what was pulled is kept.
    retention: String,
    /// What it tells.
    fields: Vec<DataField>,
}

impl From<&Resource> for DataResource {
    fn from(resource: &Resource) -> Self {
        let field = |field: &crate::registries::ResourceField| DataField {
            id: field.id.clone(),
            name: field.name.clone(),
            kind: field.kind.name(),
        };
        Self {
            id: resource.id.to_string(),
            name: resource.name.clone(),
            registry: resource.registry.clone(),
            owner: resource.owner.clone(),
            legal_ground: resource.legal_ground.clone(),
            freshness: resource.freshness.clone(),
            retention: resource.retention.clone(),
            fields: resource.fields.iter().map(field).collect(),
        }
    }
}

/// What may be asked of the shared registries.
#[utoipa::path(get, path = "/v1/data-resources", tag = "central", responses((status = 200,
    description = "All resources by name", body = Vec<DataResource>)))]
pub(super) async fn get_data_resources(State(central): State<Central>) -> Json<Vec<DataResource>> {
    Json(central.services.office().resources().iter().map(DataResource::from).collect())
}
