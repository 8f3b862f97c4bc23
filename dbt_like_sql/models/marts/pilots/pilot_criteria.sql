{{ pilot_verdicts('criterion') }}
