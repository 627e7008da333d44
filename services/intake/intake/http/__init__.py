"""The HTTP of intake: what is read of a request, what is answered, and what the OpenAPI document says of both."""
