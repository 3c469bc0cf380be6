package labtest

const failedAtTen = `*{{ value "Server_async_http" 10 "failed" }}*`

// notebookHead has every directive in its notes, and text that looks like one.
const notebookHead = `title = "A notebook"
notes = '''
{{ verdict }}

## The charts

{{ chart "throughput" }}

{{chart   "throughput"}}

{{ chart "resources" }}

{{ table "Server_async_http" }}

{{ comparison "Server_thread_http" }}

- At c = 10: {{ value "Server_async_http" 10 "requests_per_second" }} requests per second, p99
  {{ value "Server_async_http" 10 "p99_ms" }} ms, ` + failedAtTen + ` failed.
- That is {{ ratio "Server_thread_http" 10 }} in {{ rounds }}.

| level | requests per second |
| --- | ---: |
| 1 | {{ value "Server_async_http" 1 "requests_per_second" }} |

Not one: \{{ verdict }}, ` + "`{{ verdict }}`" + `, {{ }}, {{.}}, { { verdict } }.

    {{ verdict }}

A footnote.[^1]

[^1]: With {{ rounds }}.

~~~go
fmt.Println("{{ verdict }}", 42) // no directive
~~~

Term
: Its definition.
'''
[load]
requests = 1000
concurrency = [1, 10]
`
