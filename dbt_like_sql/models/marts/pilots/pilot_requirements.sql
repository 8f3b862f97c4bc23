{{ pilot_verdicts('requirement') }}
