package labtest

// otherWays asks the first server in other ways.
const otherWays = `[[server]]
name = "kept alive"
same = "Server_async_http"
keepalive = true
[[server]]
name = "posted"
same = "Server_async_http"
path = "/orders"
body = "{}"
`
