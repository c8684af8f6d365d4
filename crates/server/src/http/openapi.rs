//! HTTP door: its OpenAPI 3.1 document, made from the table of routes and the schemas of the
//! shapes, so that document, router and answers cannot part.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::problem::Problem;
use super::routes::{Does, PREFIX, ROUTES, Route};
use crate::shape;

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|s| s.definitions_path = "/components/schemas".into())
        .into_generator();
    let problem = schema::<Problem>(&mut generator);
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let method = if route.post { "post" } else { "get" };
        let operation = operation(route, &mut generator, &problem);
        let path = format!("{PREFIX}{}", route.path);
        paths.insert(path, json!({ method: operation }));
    }
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "regledger",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A regulation ledger: actions in, reads as of what was known (as_of) and \
                what was true (on). Without a key only public things are shown.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "http://127.0.0.1:8371"}],
        "security": [{}, {"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator, problem: &Value) -> Value {
    let mut parameters = Vec::new();
    if route.path.contains("{id}") {
        parameters.push(json!({"name": "id", "in": "path", "required": true,
            "schema": {"type": "string"}}));
    }
    for (name, meaning) in route.query {
        let required = matches!(route.does, Does::Diff);
        parameters.push(json!({"name": name, "in": "query", "required": required,
            "description": meaning, "schema": {"type": "string"}}));
    }
    if route.does == Does::Act {
        parameters.push(
            json!({"name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The action's id (UUIDv7), where the body has none or the same.",
            "schema": {"type": "string", "format": "uuid"}}),
        );
    }
    let (kind, answer) = answer(route.does, generator);
    let good = json!({"description": "The answer.", "content": {kind: {"schema": answer}}});
    let failed = json!({"description": "A problem document (RFC 9457).",
        "content": {"application/problem+json": {"schema": problem}}});
    let mut responses = json!({"200": good, "default": failed});
    if let (Does::Act, Some(map)) = (route.does, responses.as_object_mut()) {
        map.insert(
            "201".to_owned(),
            map.get("200").cloned().unwrap_or_default(),
        );
    }
    let words = route
        .path
        .split(['/', '{', '}', '.'])
        .filter(|w| !w.is_empty());
    let words: Vec<&str> = words.collect();
    let method = if route.post { "post" } else { "get" };
    let mut operation = json!({
        "operationId": format!("{method}_{}", words.join("_")),
        "summary": route.summary,
        "parameters": parameters,
        "responses": responses,
    });
    let body = match route.does {
        Does::Act => Some(("application/json", schema::<shape::Action>(generator))),
        Does::ActMany => Some(("application/x-ndjson", schema::<shape::Action>(generator))),
        _ => None,
    };
    if let (Some((kind, schema)), Some(map)) = (body, operation.as_object_mut()) {
        let body = json!({"required": true, "content": {kind: {"schema": schema}}});
        map.insert("requestBody".to_owned(), body);
        map.insert("security".to_owned(), json!([{"key": []}]));
    }
    operation
}

/// Content type and schema of an answer; of a line for streams.
fn answer(does: Does, g: &mut SchemaGenerator) -> (&'static str, Value) {
    let schema = match does {
        Does::Act => schema::<shape::Receipt>(g),
        Does::ActMany => {
            let either = [schema::<shape::Receipt>(g), schema::<Problem>(g)];
            return (LINES, json!({ "anyOf": either }));
        }
        Does::Events => return (LINES, schema::<shape::Event>(g)),
        Does::Metrics => return ("text/plain", json!({"type": "string"})),
        Does::Operators => schema::<shape::Items<shape::OperatorLine>>(g),
        Does::Subject("operator") => schema::<shape::Page<shape::Operator>>(g),
        Does::Subject("complaint") => schema::<shape::Page<shape::Complaint>>(g),
        Does::Subject("case") => schema::<shape::Page<shape::Case>>(g),
        Does::Subject("bulletin") => schema::<shape::Page<shape::Bulletin>>(g),
        Does::Subject("application") => schema::<shape::Page<shape::Application>>(g),
        Does::Subject("repair") => schema::<shape::Page<shape::Repair>>(g),
        Does::Subject("address") => schema::<shape::Page<shape::Address>>(g),
        Does::Subject("shop") => schema::<shape::Page<shape::Shop>>(g),
        Does::Subject("platform") => schema::<shape::Page<shape::Platform>>(g),
        Does::Subject("individual") => schema::<shape::Page<shape::Individual>>(g),
        Does::Subject(_) => schema::<shape::Page>(g),
        Does::SubjectEvents => schema::<shape::Items<shape::EventLine>>(g),
        Does::Dossier => schema::<shape::Dossier>(g),
        Does::ShopAt => schema::<shape::Page<shape::Shop>>(g),
        Does::Trace => schema::<shape::Trace>(g),
        Does::Departments => schema::<shape::Page<shape::Register>>(g),
        Does::Policies => schema::<shape::Page<shape::Book>>(g),
        Does::Policy => schema::<shape::Pack>(g),
        Does::Lists => schema::<shape::Items<shape::ListName>>(g),
        Does::List => schema::<shape::Items<shape::ListEntry>>(g),
        Does::Clocks => schema::<shape::Items<shape::Deadline>>(g),
        Does::Event => schema::<shape::Event>(g),
        Does::Head => schema::<shape::Head>(g),
        Does::Checkpoint => schema::<shape::Checkpoint>(g),
        Does::Diff => schema::<shape::Differences>(g),
        Does::Schemas => schema::<shape::Items<shape::TypeName>>(g),
        Does::Health => schema::<shape::Health>(g),
        Does::Schema | Does::OpenApi | Does::Proof => json!({"type": "object"}),
    };
    ("application/json", schema)
}

const LINES: &str = "application/x-ndjson";

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_in_the_repository_is_the_one_that_is_served() {
        let kept = include_str!("../../../../schemas/openapi.json");
        let kept: Value = serde_json::from_str(kept).unwrap();
        assert!(kept == document(), "run `cargo xtask schemas`");
    }

    #[test]
    fn every_reference_leads_somewhere_and_operations_have_names_of_their_own() {
        let document = document();
        let mut names = std::collections::BTreeSet::new();
        for operations in document["paths"].as_object().unwrap().values() {
            for operation in operations.as_object().unwrap().values() {
                assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()));
            }
        }
        assert_eq!(names.len(), ROUTES.len());
        let text = document.to_string();
        for rest in text.split("\"$ref\":\"").skip(1) {
            let to = rest.split('"').next().unwrap();
            let found = document.pointer(to.trim_start_matches('#'));
            assert!(found.is_some(), "{to}");
        }
    }
}
