// Reads D2 texts, a JSON list on standard input, with D2's own compiler; prints what it saw in each, or its refusal.
// The argument is the compiler's program.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { D2 } = await import(pathToFileURL(process.argv[2]).href);

function told({ diagram }) {
  const shapes = (diagram.shapes ?? []).map(({ id, label, type }) => ({ id, label, type }));
  const connections = (diagram.connections ?? []).map(({ src, dst, label, strokeDash }) => ({ src, dst, label, strokeDash }));
  return { shapes, connections };
}

const compiler = new D2();
const found = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    found.push(told(await compiler.compile(text)));
  } catch (error) {
    found.push({ refused: String(error.message) });
  }
}
process.stdout.write(JSON.stringify(found), () => process.exit(0));
