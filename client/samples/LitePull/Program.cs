// Polls at its own pace: ten polls, then the end.
using System.Text;
using RocketMQ.Client;

await using var client = new RocketMQClient(new ClientOptions { NameServers = args.FirstOrDefault("127.0.0.1:9876") });
await using var consumer = await client.StartLitePullConsumerAsync(new LitePullConsumerOptions
{
    Group = "sample-lite-pull",
    Subscriptions = new Dictionary<string, FilterExpression> { ["SampleTopic"] = FilterExpression.All },
    ConsumeFrom = ConsumeFrom.FirstOffset,
});

for (var i = 0; i < 10; i++)
{
    foreach (var message in await consumer.PollAsync(TimeSpan.FromSeconds(2)))
    {
        Console.WriteLine($"{message.Queue} {message.QueueOffset}: {Encoding.UTF8.GetString(message.Body.Span)}");
    }
}

await consumer.CommitAsync();
