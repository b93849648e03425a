//! Adapters for AWS: the ports of `ecom67-app` on `DynamoDB` and its Streams, on SQS, and on
//! `OpenSearch`.
//!
//! Not for one machine (that is `ecom67-embedded`), and not for deployment (that is `infra/`). Built and tested in CI,
//! not in daily work: the SDK alone is half of all compile units of the workspace.

pub mod dynamodb;
pub mod opensearch;
pub mod sqs;
