import type { LiveAuthority } from '../../shared/ports/live-authority.ts';

/** No gate evidence can exist yet, so none is accepted: LIVE behaves as DRY_RUN and raises an alert [I10]. */
export const noLiveAuthority: LiveAuthority = { refusal: async () => 'promotion gates are not built yet' };
