export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly retryAfterSeconds?: number;
}

export function json(value: unknown, status = 200): Reply {
  return jsonText(JSON.stringify(value), status);
}

/** For bodies put together from cached parts. */
export function jsonText(text: string, status = 200): Reply {
  return { status, contentType: 'application/json; charset=utf-8', text };
}

export function invalid(message: string): Reply {
  return json({ error: 'INVALID_ARGUMENT', error_details: message, message }, 400);
}

export function notFound(message: string): Reply {
  return json({ error: 'NOT_FOUND', error_details: message, message }, 404);
}

export function unknownProduct(productId: string): Reply {
  return json({ error: 'NOT_FOUND', code: 5, message: `Product ${productId} not supported`, details: [] }, 404);
}

export function missingScopes(): Reply {
  const message = 'Missing required scopes';
  return json({ error: 'PERMISSION_DENIED', error_details: message, message }, 403);
}

/** Plain text, as the real gateway sends it. */
export function unauthorized(): Reply {
  return { status: 401, contentType: 'text/plain; charset=utf-8', text: 'Unauthorized\n' };
}

export function html(status: number, title: string): Reply {
  const text = `<html>\n  <head>\n    <title>Coinbase</title>\n    <meta name="robots" content="noindex">\n  </head>\n  <body>${title}</body>\n</html>\n`;
  return { status, contentType: 'text/html; charset=utf-8', text };
}
