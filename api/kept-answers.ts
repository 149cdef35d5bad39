/**
 * Answers about what a run has built, kept until the next run has ended well: a wall of screens asks the same every minute, and
 * five hundred people who open the overview at nine o'clock wait for one question to the engine instead of five hundred.
 */
export class KeptAnswers<Answer> {
  readonly #most: number;
  #builtAt = '';
  readonly #answers = new Map<string, Promise<Answer>>();

  /** @param most answers kept; the one longest unasked goes first */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * The answer to a question about what was built then. Who asks while the same question is being answered waits for that answer.
   * @param question everything the answer depends on besides the build: what is asked, and the scope of who asks
   * @param isKept false for an answer that may be another the next time, as when the engine was busy
   */
  async to(
    builtAt: string,
    question: unknown,
    answer: () => Promise<Answer>,
    isKept: (answer: Answer) => boolean,
  ): Promise<Answer> {
    if (builtAt !== this.#builtAt) {
      this.#answers.clear();
      this.#builtAt = builtAt;
    }
    const key = JSON.stringify(question);
    const before = this.#answers.get(key);
    const asked = before ?? answer();
    // Asked last, goes last.
    this.#answers.delete(key);
    this.#answers.set(key, asked);
    if (before) return before;
    const forget = (): void => {
      if (this.#answers.get(key) === asked) this.#answers.delete(key);
    };
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > this.#most && oldest !== undefined) this.#answers.delete(oldest);
    try {
      const given = await asked;
      if (!isKept(given)) forget();
      return given;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
