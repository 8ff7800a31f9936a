import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

/** Two API keys: one that can only look, one that can trade. An operator puts the real values after the first deploy. */
export class ExchangeKeys extends Construct {
  readonly view: Secret;
  readonly trade: Secret;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: StageSettings }) {
    super(scope, id);
    this.view = this.key('View', settings, 'view', 'may read accounts and market data, nothing else');
    this.trade = this.key('Trade', settings, 'trade', 'may place and cancel orders, never transfer');
  }

  private key(id: string, { stage, isGuarded }: StageSettings, purpose: string, rights: string): Secret {
    return new Secret(this, id, {
      secretName: `247trader/${stage}/coinbase-${purpose}`,
      description: `Coinbase API key that ${rights}`,
      // A random text that no exchange takes, until the operator's value replaces it.
      generateSecretString: {},
      removalPolicy: isGuarded ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
