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

const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

// What is signed: the answer, and which question it is to.
function answerTo(asked: Uint8Array): string {
  const question: Question = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(asked));
  const persons = question.persons.map(about);
  const kind = persons.some((person) => person.kind === "found") ? "found" : "none";
  const answer = { question_id: question.question_id, kind, persons };
  if (!key) return JSON.stringify(answer);
  const question_sha256 = sha256(asked).toString("hex"); // of the bytes as they came
  return JSON.stringify({ ...answer, department: NAME, round: question.round, question_sha256 });
}

async function sign(said: string, typ: string): Promise<string> {
  if (!key) return said;
  const signing = new CompactSign(new TextEncoder().encode(said));
  return signing.setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ }).sign(await importJWK(key, "EdDSA"));
}

// The Merkle root of RFC 9162: 0x00 before a leaf, 0x01 before a node.
function rootOf(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

function answerOrError(question: string): string | { error: string } {
  try {
    return answerTo(new TextEncoder().encode(question));
  } catch {
    return { error: "400" };
  }
}

// Several in one message, answered in their order, and one signature over all answers.
async function answersTo(asked: Uint8Array): Promise<string> {
  const questions: { question: string }[] = JSON.parse(new TextDecoder().decode(asked)).questions;
  const answers = questions.map(({ question }) => answerOrError(question));
  const said = answers.filter((answer) => typeof answer === "string");
  if (!key || !said.length) return JSON.stringify({ answers });
  const root = Buffer.from(rootOf(said.map((one) => sha256(Uint8Array.of(0), Buffer.from(one))))).toString("hex");
  const over = JSON.stringify({ department: NAME, count: said.length, root });
  return JSON.stringify({ answers, root: await sign(over, "lianshen-answers+jws") });
}

async function query(error: Error | null, message: ServiceMsg): Promise<void> {
  if (error) return;
  try {
    message.respond(await sign(answerTo(message.data), "lianshen-answer+jws"));
  } catch {
    message.respondError(400, "this is no question"); // never what was in it
  }
}

async function batch(error: Error | null, message: ServiceMsg): Promise<void> {
  if (error) return;
  try {
    message.respond(await answersTo(message.data));
  } catch {
    message.respondError(400, "this is no list of questions");
  }
}

const authenticator = nkeyAuthenticator(new TextEncoder().encode(readFileSync(SEED, "utf8").trim()));
const nc = await connect({ servers: NATS_URL.split(","), authenticator, maxReconnectAttempts: -1 });
const service = await new Svcm(nc).add({ name: NAME, version: "1.0.0", metadata: { batch: "64" } });
service.addEndpoint("query", { subject: `department.${NAME}.query.v1`, handler: query });
service.addEndpoint("batch", { subject: `department.${NAME}.batch.v1`, handler: batch });
await nc.flush();
console.error(`ready: ${NAME}`);
process.on("SIGTERM", () => void nc.drain());
