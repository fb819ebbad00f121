// Sends the steps of some orders and consumes the steps of each in their order.
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-ordered-producer" });
    string[] steps = ["created", "paid", "shipped"];
    foreach (var step in steps)
    {
        for (var order = 1; order <= 3; order++)
        {
            var message = new Message("SampleOrders", Encoding.UTF8.GetBytes($"order {order} {step}")) { ShardingKey = $"order-{order}" };
            await producer.SendAsync(message, stop);
        }
    }

    var left = new Countdown(9);
    await using var consumer = await client.StartPushConsumerAsync(
        new PushConsumerOptions
        {
            Group = "sample-ordered",
            Ordered = true,
            Subscriptions = new Dictionary<string, FilterExpression> { ["SampleOrders"] = FilterExpression.All },
            ConsumeFrom = ConsumeFrom.FirstOffset,
        },
        (message, _) =>
        {
            // Later would hold up the messages of the same queue until this one succeeds.
            Console.WriteLine($"queue {message.Queue.QueueId}: {Encoding.UTF8.GetString(message.Body.Span)}");
            left.Signal();
            return new(ConsumeResult.Success);
        },
        stop);

    await left.WaitAsync(stop);
});
