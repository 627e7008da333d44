// Civil affairs on the bus, with the official client: answers from a CSV file, and signs where SIGNING_KEY names a JWK.
// NATS_URL=nats://127.0.0.1:… SEED=…/civil-affairs.seed REGISTER=…/civil-affairs.csv npm start

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ServiceMsg, Svcm } from "@nats-io/services";
import { connect, nkeyAuthenticator } from "@nats-io/transport-node";
import { CompactSign, importJWK, type JWK } from "jose";

type Row = Record<string, string>;
type Question = { question_id: string; department: string; round: number; persons: { id_number: string }[] };

const NAME = "civil-affairs";
const MARRIED = ["20", "21", "22", "23"];
const { NATS_URL, SEED, REGISTER, SIGNING_KEY } = process.env as Record<string, string>;
const register = read(REGISTER);
const key = SIGNING_KEY ? (JSON.parse(readFileSync(SIGNING_KEY, "utf8").trim()) as JWK) : undefined;

function read(file: string): Map<string, Row> {
  const [head, ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  const columns = head.split(",");
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, n) => [columns[n], cell])));
  return new Map(rows.map((row) => [row.id_number, row]));
}

function about({ id_number }: { id_number: string }) {
  const row = register.get(id_number.toUpperCase());
  if (!row) return { id_number, kind: "none", records: [] };
  const { marital_status, spouse_id_number, since, assistance } = row;
  // Who somebody was married to once is not asked.
  const spouse = MARRIED.includes(marital_status) ? { spouse_id_number } : {};
  return { id_number, kind: "found", records: [{ marital_status, ...spouse, since, assistance }] };
}

async function answerTo(asked: Uint8Array): Promise<string> {
  const question: Question = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(asked));
  const persons = question.persons.map(about);
  const kind = persons.some((person) => person.kind === "found") ? "found" : "none";
  const answer = { question_id: question.question_id, kind, persons };
  if (!key) return JSON.stringify(answer);
  const question_sha256 = createHash("sha256").update(asked).digest("hex"); // of the bytes as they came
  const signed = JSON.stringify({ ...answer, department: NAME, round: question.round, question_sha256 });
  return new CompactSign(new TextEncoder().encode(signed))
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ: "lianshen-answer+jws" })
    .sign(await importJWK(key, "EdDSA"));
}

async function query(error: Error | null, message: ServiceMsg): Promise<void> {
  if (error) return;
  try {
    message.respond(await answerTo(message.data));
  } catch {
    message.respondError(400, "this is no question"); // never what was in it
  }
}

const authenticator = nkeyAuthenticator(new TextEncoder().encode(readFileSync(SEED, "utf8").trim()));
const nc = await connect({ servers: NATS_URL, authenticator, maxReconnectAttempts: -1 });
const service = await new Svcm(nc).add({ name: NAME, version: "1.0.0" });
service.addEndpoint("query", { subject: `department.${NAME}.query.v1`, handler: query });
await nc.flush();
console.error(`ready: ${NAME}`);
process.on("SIGTERM", () => void nc.drain());
