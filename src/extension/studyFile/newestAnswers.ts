/**
 * Answers to what is asked again and again of a text that changes. They come in any order, and kept is that of the latest question: the
 * version of a text does not tell which that is, because it begins anew when the document is opened again.
 */
export class NewestAnswers<T> {
  /** An answer, or that all asked until then is forgotten. */
  readonly #kept = new Map<string, { readonly asked: number; readonly answer: T | null }>();
  readonly #pending = new Map<string, { readonly version: number; readonly promise: Promise<T | null> }>();
  readonly #onKept: (answer: T) => void;
  #asked = 0;

  constructor(onKept: (answer: T) => void) {
    this.#onKept = onKept;
  }

  get(key: string): T | null {
    return this.#kept.get(key)?.answer ?? null;
  }

  /** Who asks of a version that is being asked about waits for the same answer. Null, which is no answer, is not kept. */
  ask(key: string, version: number, question: () => Promise<T | null>): Promise<T | null> {
    const pending = this.#pending.get(key);
    if (pending?.version === version) return pending.promise;
    const asked = ++this.#asked;
    const promise = question()
      .then((answer) => {
        if (answer !== null && asked > (this.#kept.get(key)?.asked ?? 0)) {
          this.#kept.set(key, { asked, answer });
          this.#onKept(answer);
        }
        return answer;
      })
      .finally(() => {
        if (this.#pending.get(key)?.promise === promise) this.#pending.delete(key);
      });
    this.#pending.set(key, { version, promise });
    return promise;
  }

  /** What is known holds no more, nor does what has been asked already. */
  forget(key: string): void {
    this.#kept.set(key, { asked: this.#asked, answer: null });
    this.#pending.delete(key);
  }
}
