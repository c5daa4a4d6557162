import { WeirError } from '@weir/core/errors';

/** Of the scale of zxcvbn: 3 is safe from guessing online, and costly to guess from a stolen hash. */
const SCORE_MIN = 3;
/** The estimate's cost grows faster than its input; what is long is judged by its beginning. */
const CHARACTERS_JUDGED = 32;

/**
 * Refuses a password that was in known leaks, is made of common words or patterns, or of what the person is called.
 * @throws {WeirError} `invalid_request` about the field `param`.
 */
export async function checkNewPassword(
  password: string,
  about: readonly string[],
  param: string,
): Promise<void> {
  const estimator = await (loading ??= loadEstimator());
  const own = about.flatMap((text) => [text, ...text.split(/[@.]/)]).filter((text) => text.length > 2);
  const { score } = estimator.check(password.slice(0, CHARACTERS_JUDGED), own);
  if (score >= SCORE_MIN) return;
  throw new WeirError(
    'invalid_request',
    'This password is easily guessed, or was in a known leak. Several words that have nothing to do with one another are better.',
    { param },
  );
}

let loading: ReturnType<typeof loadEstimator> | undefined;

/** Read when it is needed first: its dictionaries take some 50 MB. */
async function loadEstimator() {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  });
}
