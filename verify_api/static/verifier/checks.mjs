// The numbered checks, in their order: verify_api/verdict.py. An answer names the first that failed.

export const CHECK = {
  text: 1, layout: 2, header: 3, key: 4, signature: 5, payload: 6, meaning: 7, time: 8, status: 9, acceptance: 12,
};
