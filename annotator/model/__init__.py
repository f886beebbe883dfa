"""The domain: documents, schema, annotations, operations. Pure."""
