// Sends messages to be delivered later, by a level of the broker and to the millisecond, and takes one back.
// The last needs recallMessageEnable=true in broker.conf.
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-delayed-producer" });
    await producer.SendAsync(Text("after 1 s, the first level") with { DelayLevel = 1 }, stop);
    await producer.SendAsync(Text("after 2.5 s") with { DelayFor = TimeSpan.FromSeconds(2.5) }, stop);
    var receipt = await producer.SendAsync(Text("after an hour") with { DelayFor = TimeSpan.FromHours(1) }, stop);
    try
    {
        Console.WriteLine($"taken back: {await producer.RecallAsync("SampleDelayed", receipt.RecallHandle!, stop)}");
    }
    catch (BrokerException e)
    {
        Console.WriteLine($"not taken back: {e.Remark}");
    }

    var left = new Countdown(2);
    await using var consumer = await client.StartPushConsumerAsync(
        new PushConsumerOptions
        {
            Group = "sample-delayed",
            Subscriptions = new Dictionary<string, FilterExpression> { ["SampleDelayed"] = FilterExpression.All },
            ConsumeFrom = ConsumeFrom.FirstOffset,
        },
        (message, _) =>
        {
            Console.WriteLine($"{Encoding.UTF8.GetString(message.Body.Span)}: came after {(message.StoreTime - message.BornTime).TotalSeconds:0.0} s");
            left.Signal();
            return new(ConsumeResult.Success);
        },
        stop);

    await left.WaitAsync(stop);
});

static Message Text(string text) => new("SampleDelayed", Encoding.UTF8.GetBytes(text));
