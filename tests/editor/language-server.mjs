// A YAML language server on its standard input and output, and the smallest client that it is content with.
//
// Reads {schema, documents: [{text, path?, hover?, complete?}]} from standard input, where `hover` and `complete` are
// positions, and prints what the server says of each document. Without `schema` the documents bring a modeline, which
// is relative to `path`.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { schema, documents } = JSON.parse(readFileSync(0, "utf8"));

const program = join(here, "node_modules", "yaml-language-server", "bin", "yaml-language-server");
const server = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const deadline = setTimeout(() => finish(new Error("the language server took too long")), 25_000);

const waiting = new Map(); // request id -> resolve
const diagnosed = new Map(); // document -> resolve
let lastId = 0;
let unread = Buffer.alloc(0);

server.on("error", finish);
server.on("exit", (code) => finish(new Error(`the language server ended with ${code}`)));
server.stdout.on("data", (chunk) => {
  unread = Buffer.concat([unread, chunk]);
  for (let message = next(); message; message = next()) receive(message);
});

function next() {
  const head = unread.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const length = Number(/content-length: *(\d+)/i.exec(unread.toString("ascii", 0, head))[1]);
  const end = head + 4 + length;
  if (unread.length < end) return undefined;
  const message = JSON.parse(unread.toString("utf8", head + 4, end));
  unread = unread.subarray(end);
  return message;
}

function receive({ id, method, params, result, error }) {
  if (method === "workspace/configuration") {
    // Unanswered, the server never publishes a diagnostic.
    send({ id, result: params.items.map((item) => (item.section === "yaml" ? settings() : null)) });
  } else if (method === "textDocument/publishDiagnostics") {
    diagnosed.get(params.uri)?.(params.diagnostics);
  } else if (method && id !== undefined) {
    send({ id, result: null });
  } else if (waiting.has(id)) {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  }
}

function settings() {
  const schemas = schema ? { [pathToFileURL(schema).href]: "*.yaml" } : {};
  return {
    schemas,
    schemaStore: { enable: false },
    kubernetesCRDStore: { enable: false },
    validate: true,
    hover: true,
    completion: true,
  };
}

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  server.stdin.write(body);
}

function request(method, params) {
  lastId += 1;
  const id = lastId;
  send({ id, method, params });
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

async function look({ text, path, hover, complete }, index) {
  const uri = pathToFileURL(path ?? join(here, `document-${index}.yaml`)).href;
  const diagnostics = new Promise((resolve) => diagnosed.set(uri, resolve));
  send({
    method: "textDocument/didOpen",
    params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
  });
  const found = await diagnostics;
  const textDocument = { uri };
  const shown = hover && (await request("textDocument/hover", { textDocument, position: hover }));
  const offered = complete && (await request("textDocument/completion", { textDocument, position: complete }));
  return {
    diagnostics: found.map(({ message, range }) => ({ message, line: range.start.line })),
    hover: shown?.contents?.value ?? null,
    completion: (offered?.items ?? []).map(({ label, insertText, sortText }) => ({ label, insertText, sortText })),
  };
}

function finish(error, results) {
  clearTimeout(deadline);
  server.removeAllListeners();
  server.kill("SIGKILL");
  if (error) process.stderr.write(`${error.stack ?? error}\n`);
  else process.stdout.write(JSON.stringify(results));
  process.exitCode = error ? 1 : 0;
}

try {
  const root = pathToFileURL(here).href;
  const capabilities = { workspace: { configuration: true }, textDocument: { hover: { contentFormat: ["markdown"] } } };
  await request("initialize", { processId: process.pid, rootUri: root, workspaceFolders: null, capabilities });
  send({ method: "initialized", params: {} });
  send({ method: "workspace/didChangeConfiguration", params: { settings: { yaml: settings() } } });
  const results = [];
  for (const [index, document] of documents.entries()) results.push(await look(document, index));
  finish(undefined, results);
} catch (error) {
  finish(error);
}
