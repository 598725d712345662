/** What the gateway says where it ends a stream. */
export interface ToldError {
  readonly type: string;
  readonly message: string;
  readonly code: string;
  readonly policy: string | null;
  readonly param: null;
  readonly request_id: string;
}

/** An error as the last event of a stream. `lastNumber`: of the last numbered event that the client was given. */
export interface ErrorForm {
  readonly isNumbered: boolean;
  write(error: ToldError, lastNumber: number | undefined): string;
}

/** As the streams of `choices` have it: the error of an HTTP reply, in an event. */
export const plainErrors: ErrorForm = {
  isNumbered: false,
  write: (error) => `data: ${JSON.stringify({ error })}\n\n`,
};

/** As Responses streams have it: an event of their own, numbered as all are. */
export const numberedErrors: ErrorForm = {
  isNumbered: true,
  write: ({ code, message, param, policy, request_id }, lastNumber = -1) => {
    const sequence_number = lastNumber + 1;
    const event = { type: 'error', sequence_number, code, message, param, policy, request_id };
    return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
  },
};
