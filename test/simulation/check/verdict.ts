/** The balance at the end: every record that a terminal ever made is accounted for, to the fen. */
import type { Campus } from '../world/campus.ts';
import type { TruthRecord } from '../world/truth.ts';

export interface Verdict {
  readonly made: number;
  readonly booked: number;
  readonly deadLetters: number;
  /** Never handed over, and told as a gap. */
  readonly gaps: number;
  /** Never handed over: overwritten before the first contact, or in a store that was initialised. */
  readonly unseen: number;
  /** On the card of a machine that was switched off. */
  readonly onRetiredCards: number;
  readonly waiting: number;
  /** Gone from a cloned or restored journal that took another journal's acknowledgement for its own, and told by no gap. */
  readonly letGoByCopies: number;
  readonly lostFen: number;
  readonly doubledFen: number;
  readonly inventedFen: number;
}

type Whereabouts = 'letGoByCopy' | 'booked' | 'deadLetter' | 'gap' | 'unseen' | 'retiredCard' | 'waiting' | 'lost';

interface GapRow {
  readonly scope: string;
  readonly agent_id: string;
  readonly stream: string | null;
  readonly epoch: number | null;
  readonly device_id: string | null;
  readonly generation: number | null;
  readonly first: number;
  readonly last: number;
  readonly state: string;
  readonly cause: string;
}

export function passVerdict(campus: Campus): Verdict {
  campus.ledger.look();
  const gaps = (campus.collector.db.prepare('SELECT * FROM gap').all() as unknown as GapRow[]).filter((gap) => !isClosed(gap));
  const cards = campus.retired.flatMap((agent) => agent.disk.files()).map((file) => Buffer.from(file.durable()));
  const taken = takenByLife(campus);
  // A run that was stopped by a violation was not drained: what is durable may still be on its way, and not every gap is told.
  const stopped = campus.violations.any;
  const where = new Map<Whereabouts, number>();
  let lostFen = 0;
  for (const record of campus.truth.records) {
    const seen = whereIs(campus, record, { gaps, cards, taken });
    const found = stopped && seen === 'lost' ? 'waiting' : seen;
    where.set(found, (where.get(found) ?? 0) + 1);
    if (found === 'lost') {
      lostFen += record.amountFen;
      campus.violations.add('I1', `lost without a trace: ${describe(campus, record)}`);
    }
    if (found === 'deadLetter' && !record.spoiled && record.misreadHashes.length === 0 && !isConflictOfCopy(campus, record))
      campus.violations.add('I1', `became a dead letter: ${describe(campus, record)}`);
    if (campus.mode === 'liveness' && !stopped) judgeExactly(campus, record, found);
  }
  const count = (kind: Whereabouts): number => where.get(kind) ?? 0;
  return {
    made: campus.truth.records.length,
    booked: count('booked'),
    deadLetters: count('deadLetter'),
    gaps: count('gap'),
    unseen: count('unseen'),
    onRetiredCards: count('retiredCard'),
    waiting: count('waiting'),
    letGoByCopies: count('letGoByCopy'),
    lostFen,
    doubledFen: campus.ledger.sums.doubledFen,
    inventedFen: campus.ledger.sums.inventedFen,
  };
}

/** Found again by a repeated collection: no longer a reason for a record to be missing. */
const isClosed = (gap: GapRow): boolean => gap.state === 'filled';

interface Traces {
  readonly gaps: readonly GapRow[];
  readonly cards: readonly Buffer[];
  readonly taken: ReadonlyMap<string, Taken>;
}

function whereIs(campus: Campus, record: TruthRecord, { gaps, cards, taken }: Traces): Whereabouts {
  const { ledger } = campus;
  if (ledger.booked.has(record.contentHash)) return 'booked';
  const hashes = [record.contentHash, ...record.misreadHashes];
  if (hashes.some((hash) => ledger.letters.has(hash))) return 'deadLetter';
  if (gaps.some((gap) => covers(campus, gap, record))) return 'gap';
  if (epochWasLost(campus, record)) return 'gap';
  if (!record.confirmed && !record.overwritten) return 'waiting';
  if (cards.some((card) => hashes.some((hash) => card.includes(hash)))) return 'retiredCard';
  const letGo = hashes.some((hash) => campus.custody.letGoByCopies.has(hash)) || isToldByCopy(campus, record);
  if (letGo && isCopyTold(campus, record)) return 'letGoByCopy';
  return isBeyondKnowing(campus, record, taken) ? 'unseen' : 'lost';
}

/**
 * A cursor that was taken over from the ledger does not know in which life of the store it stands, and a life register that wrapped does not say: a number may
 * be given that the ledger has of another life. The record stands among the dead letters, whole, until somebody decides: no loss. Nor can it hide a doubling:
 * each row of the ledger is held against the hashes of all others, under whatever key (ledger-watch.ts), and the collector books no record that stands under
 * another generation of its terminal. Where the register did not wrap every way leads to the same generation, and such a letter is a violation.
 */
function isConflictOfCopy(campus: Campus, record: TruthRecord): boolean {
  const server = serverOf(campus, record);
  const pointers = server?.options.terminals.find(({ device }) => device === record.device)?.pointers();
  const wrapped = pointers !== undefined && pointers.storeLifeRegister < pointers.storeLife;
  return wrapped && campus.ledger.conflicts.has(record.contentHash) && (server?.cursorsLostMs ?? -1) >= 0;
}

/** Missed by the agent itself; but it told so under a number that the collector had from another journal of the same epoch, and took that word for its own. */
const isToldByCopy = (campus: Campus, record: TruthRecord): boolean =>
  serverOf(campus, record)?.misses(record.device, record.serial) === true &&
  (campus.custody.places.get(record.contentHash) ?? []).some(({ agent, epoch }) =>
    campus.custody.writtenTwice.has(`${agent}/${epoch}`),
  );

/**
 * What a copy let go is a loss that no ledger can undo: two journals wrote the same numbers, and one word of the collector released both. It is never silent: the
 * collector told that its agent is there twice, or that its journal is not the one it was. A copy of which nothing was told is condemned.
 */
function isCopyTold(campus: Campus, record: TruthRecord): boolean {
  const agent = serverOf(campus, record)?.id ?? '';
  const restarted = campus.collector.db.prepare(
    "SELECT 1 FROM epoch WHERE agent_id = ? AND reason IN ('rolledBack', 'journalLost')",
  );
  return campus.audit.doubled.has(agent) || restarted.get(agent) !== undefined;
}

const serverOf = (campus: Campus, record: TruthRecord): Campus['agents'][number] | undefined =>
  campus.agents.find((agent) => agent.options.terminals.some(({ device }) => device === record.device));

/** Never taken into custody, and nothing was left that could tell of it: before the first contact, or behind the last number that was taken of a store that was then initialised. */
function isBeyondKnowing(campus: Campus, record: TruthRecord, taken: ReadonlyMap<string, Taken>): boolean {
  const over = campus.truth.endedLives.has(lifeOf(record));
  const wasIn = wasTaken(campus, record);
  // What only a card knew goes with the card: records that it had journaled, and gaps that it had not told yet. A terminal that keeps its store gives
  // it away by its numbers; one whose store was initialised too does not.
  const forgotten = (serverOf(campus, record)?.cursorsLostMs ?? -1) > record.madeAtMs;
  if (forgotten && (!wasIn || over)) return true;
  if (wasIn) return false;
  const { first, last } = taken.get(lifeOf(record)) ?? nothingTaken;
  return (over && record.serial > last) || (record.serial < first && isFirstContact(campus, record));
}

interface Taken {
  readonly first: number;
  readonly last: number;
}

const nothingTaken: Taken = { first: Number.POSITIVE_INFINITY, last: 0 };

/** Lowest number of each store life that the ledger knows, and highest that ever stood in a journal: what only a lost card had taken is no contact to whoever comes after it. */
function takenByLife(campus: Campus): ReadonlyMap<string, Taken> {
  const taken = new Map<string, Taken>();
  for (const record of campus.truth.records) {
    if (!wasTaken(campus, record)) continue;
    const { first, last } = taken.get(lifeOf(record)) ?? nothingTaken;
    const known = isKnown(campus, record);
    taken.set(lifeOf(record), { first: known ? Math.min(first, record.serial) : first, last: Math.max(last, record.serial) });
  }
  return taken;
}

const lifeOf = ({ device, storeLife }: TruthRecord): string => `${device}/${storeLife}`;

const isKnown = ({ ledger }: Campus, { contentHash, misreadHashes }: TruthRecord): boolean =>
  [contentHash, ...misreadHashes].some((hash) => ledger.booked.has(hash) || ledger.letters.has(hash));

const wasTaken = ({ custody }: Campus, { contentHash, misreadHashes }: TruthRecord): boolean =>
  [contentHash, ...misreadHashes].some((hash) => custody.isDurable(hash) || custody.places.has(hash));

/** The ledger holds nothing of the device from before: collection begins at the first number that the terminal offers. */
const isFirstContact = (campus: Campus, { device, storeLife, serial }: TruthRecord): boolean =>
  !campus.truth.records.some(
    (other) =>
      other.device === device &&
      (other.storeLife < storeLife || (other.storeLife === storeLife && other.serial < serial)) &&
      campus.ledger.booked.has(other.contentHash),
  );

/** The journal of its epoch was lost before the collector had heard of a single number of it: told by the reason of the epoch that followed. */
function epochWasLost(campus: Campus, record: TruthRecord): boolean {
  const lost = campus.collector.db.prepare(
    "SELECT 1 FROM epoch AS next WHERE agent_id = ?1 AND epoch = ?2 + 1 AND reason = 'journalLost' AND NOT EXISTS " +
      "(SELECT 1 FROM accepted WHERE agent_id = ?1 AND epoch = ?2 AND stream = 'money')",
  );
  return (campus.custody.places.get(record.contentHash) ?? []).some(({ agent, epoch }) => lost.get(agent, epoch) !== undefined);
}

function covers(campus: Campus, gap: GapRow, record: TruthRecord): boolean {
  if (gap.device_id === record.device && gap.first <= record.serial && record.serial <= gap.last) {
    const generations = campus.ledger.generations.get(`${record.device}/${record.storeLife}`);
    return generations === undefined || generations.has(gap.generation ?? 0);
  }
  if (gap.stream !== 'money') return false;
  const places = [record.contentHash, ...record.misreadHashes].flatMap((hash) => campus.custody.places.get(hash) ?? []);
  // How much a lost journal held behind its last acknowledged number nobody can tell: such a gap has no end. Where numbers were given twice, by a
  // journal and by its copy, it has no beginning either.
  const open = gap.cause === 'journalLost';
  const begun = (agent: string, epoch: number, seq: number): boolean =>
    gap.first <= seq || (open && campus.custody.writtenTwice.has(`${agent}/${epoch}`));
  return places.some(
    ({ agent, epoch, seq }) =>
      agent === gap.agent_id && epoch === gap.epoch && begun(agent, epoch, seq) && (open || seq <= gap.last),
  );
}

/** Where nothing was destroyed, only what the terminal itself overwrote may be missing. */
function judgeExactly(campus: Campus, record: TruthRecord, found: Whereabouts): void {
  if (found === 'waiting') campus.violations.add('I14', `never collected: ${describe(campus, record)}`);
  if (found === 'gap' && !record.overwritten)
    campus.violations.add('I1', `became a gap although nothing was destroyed: ${describe(campus, record)}`);
}

function describe(campus: Campus, record: TruthRecord): string {
  const places = (campus.custody.places.get(record.contentHash) ?? []).map(({ agent, epoch, seq }) => `${agent}/${epoch}/${seq}`);
  const flags = [
    record.confirmed && 'confirmed',

    record.overwritten && 'overwritten',
    record.spoiled && 'spoiled',
  ];
  return (
    `${record.device} store ${record.storeLife} number ${record.serial}, ${record.kind} ${record.amountFen} fen, ` +
    `${flags.filter(Boolean).join(' ')}, journaled at ${places.join(' ') || 'nowhere'}`
  );
}
