/* Imported before @apollo/gateway, whose telemetry to its maker has no other switch. */
process.env.APOLLO_TELEMETRY_DISABLED = '1'
