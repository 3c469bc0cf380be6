package spec

import "slices"

// otherNames are keys that people know from other programs, with what to write here.
type otherNames map[string]string

// advise returns what to write instead of a key, "" if that is not known.
func (t *table) advise(name string) string {
	name = simplify(name)
	all := []otherNames{namesOfSection[t.section]}
	if t.section.has("method") { // what a server is asked stands in two sections
		all = append(all, namesOfRequests)
	}
	for _, names := range all {
		if text, ok := names[name]; ok {
			return "; " + text
		}
	}
	if t.section == expectSection && isMetric(name) {
		return "; " + writeMetric
	}
	return ""
}

const (
	writeHeader   = `write headers = { Authorization = "Bearer ${TOKEN}" }`
	writeBasic    = `write headers = { Authorization = "Basic ${CREDENTIALS}" }`
	writeCookie   = `write headers = { Cookie = "sid=abc" }`
	writeBody     = "write body and content_type"
	writeForm     = `write content_type = "application/x-www-form-urlencoded" and body = "a=b"`
	writeCPUs     = `write cpus = "0-3"`
	writeCommand  = `write command = ["python3", "app.py"], each argument a string of its own`
	writeBuild    = `write build = ["go", "build", "-o", "app", "."]`
	writeBefore   = "write setup, run before each start, or before_trial"
	writeAfter    = "write after_trial, run after each trial, or stop"
	writeLength   = "write any_length = true"
	writePath     = `write path = "/api/orders"`
	writeClients  = "write concurrency = [1, 10], the numbers of clients that ask at a time"
	writeTotal    = "write requests, the number in each trial"
	writeRate     = "write rate = [1000], in requests per second"
	writeCapacity = "write capacity = " + objectiveExample
	writeArrivals = `write arrivals = "poisson", beside rate or capacity`
	writeRounds   = "write rounds in [design]"
	writeTime     = `write duration = "10s"`

	writeMetric = `write metric = "p99_ms", one of the numbers of results.json`
	writeMost   = "write at_most = 20, the most that the metric may be"
	writeLeast  = "write at_least = 1000, the least that the metric may be"
	writeRatio  = "write ratio_at_least = 0.95, or ratio_at_most = 1.05"
	writeThan   = `write than = "baseline" or than = "before", beside a ratio`
	writeLevel  = "write level = 10, or level = [1, 10]: some of the levels of [load]"
	writeServer = `write server = "NAME", or leave it out for every server`
	writeWhy    = `write why = "…"`

	writeFrom = `write from = "clients", or an array of several machines`
	writeOn   = `write on = "server", and address = "server:8080"`

	writeLaunch  = `write launch = ["ssh", "-T", "host"], each word a string of its own`
	writeLabbook = `write labbook = "/usr/local/bin/labbook", where it is on that machine`
	writeFolder  = `write folder = "/srv/experiment", where the spec's folder is on that machine`
	writeCount   = "write count = 2, and {n} in launch for 1, 2"
	writeConfig  = "write it in launch, or in the settings of its program, such as ~/.ssh/config"

	writeExternal = "write external = true, with the client's command and a stop"
)

var namesOfRequests = otherNames{
	"ab_args":           "write the keys for ab's flags, such as method and headers",
	"accept":            `write headers = { Accept = "application/json" }`,
	"api_key":           `write headers = { X-API-Key = "${API_KEY}" }`,
	"auth":              writeBasic,
	"authorization":     writeHeader,
	"basic_auth":        writeBasic,
	"bearer":            writeHeader,
	"cookie":            writeCookie,
	"cookies":           writeCookie,
	"data":              writeBody,
	"dynamic":           writeLength,
	"endpoint":          writePath,
	"expect":            "write expect_status and expect_body",
	"expected_body":     "write expect_body",
	"expected_status":   "write expect_status",
	"file":              `write body_file = "order.json"`,
	"follow_redirects":  "ab follows no redirects; write the path to which they lead",
	"form":              writeForm,
	"h2":                `HTTP/2 is not spoken; write protocol = "1.0" or "1.1"`,
	"http":              `write protocol = "1.0" or "1.1"`,
	"http2":             `HTTP/2 is not spoken; write protocol = "1.0" or "1.1"`,
	"http_version":      `write protocol = "1.0" or "1.1"`,
	"insecure":          "the certificate of a server is not checked",
	"json":              `write body and content_type = "application/json"`,
	"params":            `write query = "item=3&size=20"`,
	"password":          writeBasic,
	"payload":           writeBody,
	"post_data":         writeBody,
	"postdata":          writeBody,
	"redirects":         "ab follows no redirects; write the path to which they lead",
	"route":             writePath,
	"skip_verify":       "the certificate of a server is not checked",
	"status":            "write expect_status",
	"token":             writeHeader,
	"uri":               writePath,
	"user_agent":        `write headers = { User-Agent = "mine" }`,
	"variable_document": writeLength,
	"variable_length":   writeLength,
	"verb":              `write method = "POST"`,
	"verify":            "the certificate of a server is not checked",
}

// isMetric reports whether a key is a metric, as other programs write thresholds.
func isMetric(name string) bool {
	_, known := otherMetrics[name]
	elsewhere := slices.ContainsFunc(sections, func(s *section) bool { return s.has(name) })
	return known || slices.Contains(namesOf(measured, share, count), name) ||
		!elsewhere && nearest(name, namesOf(measured)) != ""
}

// otherTables are tables that people know from other programs, with the header to write here.
var otherTables = map[string]string{
	"assert":       "[[expect]]",
	"assertion":    "[[expect]]",
	"assertions":   "[[expect]]",
	"asserts":      "[[expect]]",
	"budget":       "[[expect]]",
	"budgets":      "[[expect]]",
	"check":        "[[expect]]",
	"checks":       "[[expect]]",
	"expectation":  "[[expect]]",
	"expectations": "[[expect]]",
	"limit":        "[[expect]]",
	"limits":       "[[expect]]",
	"slo":          "[[expect]]",
	"slos":         "[[expect]]",
	"threshold":    "[[expect]]",
	"thresholds":   "[[expect]]",
}

// tablesOfOtherFiles are tables that have another place, with what to do.
var tablesOfOtherFiles = map[string]string{
	"machine": "machines stand in a file of their own, which labbook --machines names",
	"server":  "servers stand in the experiment; this file says how its machines are reached",
	"load":    "the load stands in the experiment; this file says how its machines are reached",
}

// namesOfSection are those of a section alone.
var namesOfSection = map[*section]otherNames{
	topSection: {
		"description": "write question or notes",
		"name":        "write title; the name of a server stands in its [[server]]",
	},
	loadSection: {
		"affinity":       writeCPUs,
		"arrival":        writeArrivals,
		"arrival_rate":   writeRate,
		"breakpoint":     writeCapacity,
		"c":              writeClients,
		"clients":        writeClients,
		"cores":          writeCPUs,
		"cpu_affinity":   writeCPUs,
		"cpuset":         writeCPUs,
		"generators":     writeFrom,
		"host":           "each [[server]] has its own address or url",
		"hosts":          writeFrom,
		"iterations":     writeTotal,
		"k":              "write keepalive = true",
		"latency":        writeCapacity,
		"machine":        writeFrom,
		"machines":       writeFrom,
		"n":              writeTotal,
		"nodes":          writeFrom,
		"max_rate":       writeCapacity,
		"max_throughput": writeCapacity,
		"num_requests":   writeTotal,
		"number":         writeTotal,
		"objective":      writeCapacity,
		"port":           "each [[server]] has its own address or url",
		"qps":            writeRate,
		"repeat":         writeRounds,
		"repetitions":    writeRounds,
		"rps":            writeRate,
		"search":         writeCapacity,
		"seconds":        writeTime,
		"slo":            writeCapacity,
		"t":              writeTime,
		"taskset":        writeCPUs,
		"threads":        writeClients,
		"time":           writeTime,
		"time_limit":     writeTime,
		"timelimit":      writeTime,
		"tool":           `write generator = "ab"`,
		"total":          writeTotal,
		"trials":         writeRounds,
		"users":          writeClients,
		"vus":            writeClients,
	},
	designSection: {
		"iterations":  "write rounds",
		"order":       "rounds are always shuffled; write seed for another order",
		"random_seed": "write seed",
		"repeat":      "write rounds",
		"repetitions": "write rounds",
		"shuffle":     "rounds are always shuffled; write seed for another order",
		"trials":      "write rounds",
	},
	expectSection: {
		"<":             writeMost,
		"<=":            writeMost,
		">":             writeLeast,
		">=":            writeLeast,
		"above":         writeLeast,
		"abort_on_fail": "a run is never stopped by a number: that would bias its intervals",
		"abortonfail":   "a run is never stopped by a number: that would bias its intervals",
		"against":       writeThan,
		"baseline":      writeThan,
		"below":         writeMost,
		"clients":       writeLevel,
		"comment":       writeWhy,
		"compare":       writeThan,
		"concurrency":   writeLevel,
		"condition":     "write metric and at_most or at_least",
		"description":   writeWhy,
		"eq":            "write at_least and at_most, each in an [[expect]] of its own",
		"equals":        "write at_least and at_most, each in an [[expect]] of its own",
		"ge":            writeLeast,
		"gt":            writeLeast,
		"gte":           writeLeast,
		"le":            writeMost,
		"levels":        writeLevel,
		"limit":         writeMost,
		"lower":         writeLeast,
		"lt":            writeMost,
		"lte":           writeMost,
		"max":           writeMost,
		"max_ratio":     writeRatio,
		"maximum":       writeMost,
		"message":       writeWhy,
		"min":           writeLeast,
		"min_ratio":     writeRatio,
		"minimum":       writeLeast,
		"name":          writeServer,
		"note":          writeWhy,
		"notes":         writeWhy,
		"percent":       writeRatio,
		"question":      writeWhy,
		"rate":          writeLevel,
		"ratio":         writeRatio,
		"reason":        writeWhy,
		"regression":    writeRatio,
		"relative":      writeRatio,
		"servers":       writeServer,
		"threshold":     "write at_most or at_least",
		"thresholds":    "write at_most or at_least",
		"title":         writeWhy,
		"to":            writeThan,
		"tolerance":     writeRatio,
		"unit":          "the unit is in the name of the metric",
		"upper":         writeMost,
		"value":         "write at_most or at_least",
		"within":        writeRatio,
	},
	serverSection: {
		"affinity":          writeCPUs,
		"args":              writeCommand,
		"bind":              `write address = "127.0.0.1:8080"`,
		"cleanup":           writeAfter,
		"cmd":               writeCommand,
		"compile":           writeBuild,
		"container":         writeExternal,
		"cores":             writeCPUs,
		"cpu_affinity":      writeCPUs,
		"cpuset":            writeCPUs,
		"cwd":               "a command runs in the folder of this file",
		"dir":               "a command runs in the folder of this file",
		"docker":            writeExternal,
		"exec":              writeCommand,
		"health_check":      "a server is ready when it answers its path; see start_timeout",
		"host":              `write address = "127.0.0.1:8080", or on = "server" for a machine`,
		"https":             "write tls = true beside command, or url = \"https://…\"",
		"listen":            `write address = "127.0.0.1:8080"`,
		"machine":           writeOn,
		"node":              writeOn,
		"port":              `write address = "127.0.0.1:8080"`,
		"prepare":           writeBefore,
		"program":           writeCommand,
		"ready":             "a server is ready when it answers its path; see start_timeout",
		"run":               writeCommand,
		"same_as":           `write same = "NAME"`,
		"script":            writeCommand,
		"ssl":               "write tls = true beside command, or url = \"https://…\"",
		"start":             writeCommand,
		"taskset":           writeCPUs,
		"teardown":          writeAfter,
		"threads":           "write workers, of a model",
		"type":              "write model, command or url",
		"wait_for":          "a server is ready when it answers its path; see start_timeout",
		"working_directory": "a command runs in the folder of this file",
		"workdir":           "a command runs in the folder of this file",
	},
	machineSection: {
		"args":       writeLaunch,
		"binary":     writeLabbook,
		"cmd":        writeLaunch,
		"command":    writeLaunch,
		"cwd":        writeFolder,
		"dir":        writeFolder,
		"directory":  writeFolder,
		"executable": writeLabbook,
		"host":       writeLaunch,
		"hosts":      writeCount,
		"identity":   writeConfig,
		"ip":         `write address = "10.0.0.5"`,
		"jump":       writeConfig,
		"key":        writeConfig,
		"launcher":   writeLaunch,
		"machines":   writeCount,
		"n":          writeCount,
		"node":       writeLaunch,
		"nodes":      writeCount,
		"number":     writeCount,
		"partition":  `write it in launch: ["srun", "--partition=NAME", …]`,
		"password":   writeConfig,
		"path":       writeLabbook,
		"port":       `write it in launch: ["ssh", "-p", "2222", …]`,
		"program":    writeLabbook,
		"ssh":        writeLaunch,
		"srun":       writeLaunch,
		"user":       `write it in launch: ["ssh", "-T", "user@host"]`,
		"workdir":    writeFolder,
	},
}
