/** Days in which every old checkpoint has its turn. */
export const TURNS = 30;

const DAY_MS = 86_400_000;

/**
 * Which checkpoints a day's reading opens: those that were not read before, and of the others a part each day, so that
 * all are read within `TURNS` days. The entries and tiles are read whole each day; an old checkpoint adds to that only
 * that nobody changed what was once signed, and a year of them would take longer than a function may.
 *
 * @param since size up to which checkpoints were read before
 */
export function turnOf(now: Date, since: number): (size: number) => boolean {
  const turn = Math.floor(now.getTime() / DAY_MS) % TURNS;
  return (size) => size >= since || size % TURNS === turn;
}
