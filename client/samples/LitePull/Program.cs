// Polls at its own pace, and says itself what is consumed.
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-lite-pull-producer" });
    for (var i = 1; i <= 5; i++)
    {
        await producer.SendAsync(new Message("SampleLitePull", Encoding.UTF8.GetBytes($"message {i}")), stop);
    }

    await using var consumer = await client.StartLitePullConsumerAsync(
        new LitePullConsumerOptions
        {
            Group = "sample-lite-pull",
            Subscriptions = new Dictionary<string, FilterExpression> { ["SampleLitePull"] = FilterExpression.All },
            ConsumeFrom = ConsumeFrom.FirstOffset,
            AutoCommit = false,
        },
        stop);
    for (var left = 5; left > 0;)
    {
        foreach (var message in await consumer.PollAsync(TimeSpan.FromSeconds(2), stop))
        {
            Console.WriteLine($"queue {message.Queue.QueueId} at {message.QueueOffset}: {Encoding.UTF8.GetString(message.Body.Span)}");
            left--;
        }
    }

    await consumer.CommitAsync(stop);
    Console.WriteLine("committed");
});
