using System.CommandLine;
using RocketMQ.Remoting;

namespace RocketMQ.MqAdmin.Running;

/// <summary>Options that name a broker by its address, which its name is easily taken for.</summary>
internal static class BrokerAddress
{
    public static Option<T> Check<T>(Option<T> option)
    {
        option.Validators.Add(given =>
        {
            var address = given.Tokens.Count > 0 ? given.Tokens[0].Value.Trim() : "";
            try
            {
                _ = RemotingAddress.Parse(address);
            }
            catch (FormatException)
            {
                given.AddError($"{option.Aliases.FirstOrDefault() ?? option.Name} takes a broker's address, host:port, which '{address}' is not. mqadmin clusterList shows the addresses.");
            }
        });
        return option;
    }
}
