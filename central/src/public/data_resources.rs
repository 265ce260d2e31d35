//! What central may ask of the shared registries, for anyone: whose each field is, on what legal ground it is used, how
//! fresh it is.

use super::Public;
use super::page::page;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

/// The directory.
pub(super) async fn show(State(public): State<Public>) -> Response {
    let resources = public.services.office().resources();
    let content = html! {
        p { "办理事项时，系统仅在规则需要时向下列数据源查询，每次查询均记录用途和法定依据，不记录查询结果。" }
        @for resource in resources.iter() {
            section {
                h2 { (resource.name) }
                dl {
                    dt { "数据提供部门" } dd { (resource.owner) }
                    dt { "法定依据" } dd { (resource.legal_ground) }
                    dt { "更新频率" } dd { (resource.freshness) }
                    dt { "保存期限" } dd { (resource.retention) }
                    dt { "数据项" }
                    dd { @for (at, field) in resource.fields.iter().enumerate() { @if at > 0 { "、" } (field.name) } }
                }
            }
        }
    };
    page(StatusCode::OK, "数据资源目录", "What is asked of the city's registries, and why", &content)
}
