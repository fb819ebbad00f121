// Every consumer gets every message, and keeps its offsets in a file of its own. Here two clients stand for two processes.
using System.Text;
using RocketMQ.Client;

return await Sample.RunAsync(args, async (nameServer, stop) =>
{
    await using var client = new RocketMQClient(new ClientOptions { NameServers = nameServer });
    await using var producer = client.CreateProducer(new ProducerOptions { Group = "sample-broadcast-producer" });
    await producer.SendAsync(new Message("SampleNews", "good news"u8.ToArray()), stop);
    await producer.SendAsync(new Message("SampleNews", "more news"u8.ToArray()), stop);

    var left = new Countdown(4);
    await using var anna = Listener("anna");
    await using var bert = Listener("bert");
    await using var annasConsumer = await StartAsync(anna, "anna");
    await using var bertsConsumer = await StartAsync(bert, "bert");
    await left.WaitAsync(stop);

    // A name of its own for each process, the same at its next run: it makes up the path of the offset file.
    RocketMQClient Listener(string name) => new(new ClientOptions { NameServers = nameServer, InstanceName = name });

    Task<PushConsumer> StartAsync(RocketMQClient listener, string name) => listener.StartPushConsumerAsync(
        new PushConsumerOptions
        {
            Group = "sample-broadcast",
            Mode = ConsumeMode.Broadcasting,
            Subscriptions = new Dictionary<string, FilterExpression> { ["SampleNews"] = FilterExpression.All },
            ConsumeFrom = ConsumeFrom.FirstOffset,
            OffsetDirectory = Path.Combine(AppContext.BaseDirectory, "offsets", nameServer.Replace(':', '-')),
        },
        (message, _) =>
        {
            Console.WriteLine($"{name} heard: {Encoding.UTF8.GetString(message.Body.Span)}");
            left.Signal();
            return new(ConsumeResult.Success);
        },
        stop);
});
