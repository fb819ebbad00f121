using RocketMQ.MqAdmin;

return await CommandLine.RunAsync(args, Surroundings.OfProcess()).ConfigureAwait(false);
