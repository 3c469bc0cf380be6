// The API of app.py in Node, with nothing but its standard library: node app.js PORT

const http = require("node:http");

const prices = { 1: 250, 2: 480, 3: 1250 };

function answer(response, status, value) {
  const text = JSON.stringify(value) + "\n";
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

function order(request, body, response) {
  if (request.method !== "POST" || request.url !== "/orders") {
    return answer(response, 404, { error: "no such path" });
  }
  if (request.headers["content-type"] !== "application/json") {
    return answer(response, 415, { error: "send application/json" });
  }
  try {
    const { item, count } = JSON.parse(body);
    if (!(item in prices) || !Number.isInteger(count)) throw new TypeError();
    answer(response, 201, { item, count, price: prices[item] * count });
  } catch {
    answer(response, 400, { error: "send an item and a count" });
  }
}

const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => { body += chunk; });
  request.on("end", () => order(request, body, response));
});
server.listen(Number(process.argv[2]), "127.0.0.1");
