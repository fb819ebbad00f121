// Receives and acknowledges message by message; needs a 5.x broker. What is not acknowledged in time comes again.
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-pop-producer" });
    for (var i = 1; i <= 5; i++)
    {
        await producer.SendAsync(new Message("SamplePop", Encoding.UTF8.GetBytes($"message {i}")), stop);
    }

    var consumer = client.CreateSimpleConsumer(new SimpleConsumerOptions
    {
        Group = "sample-pop",
        Subscriptions = new Dictionary<string, FilterExpression> { ["SamplePop"] = FilterExpression.All },
        AwaitTime = TimeSpan.FromSeconds(2),
    });
    while (await consumer.ReceiveAsync("SamplePop", invisibleTime: TimeSpan.FromSeconds(30), cancellationToken: stop) is { Count: > 0 } messages)
    {
        foreach (var popped in messages)
        {
            Console.WriteLine($"queue {popped.Message.Queue.QueueId}: {Encoding.UTF8.GetString(popped.Message.Body.Span)}");
        }

        await consumer.AckAsync(messages, stop);
    }

    Console.WriteLine("no message within 2 s");
});
