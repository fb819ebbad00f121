using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;

namespace RocketMQ.NameServer.Configuration;

/// <summary>GET_NAMESRV_CONFIG (319) and UPDATE_NAMESRV_CONFIG (318): bodies are properties text.</summary>
internal sealed class ConfigHandlers(LiveOptions options, ILogger<ConfigHandlers> logger)
{
    /// <summary>Whatever the black list says: a text from afar names no file that is written here, and does not say who is believed to be whom.</summary>
    private static readonly string[] Never =
        ["configBlackList", "configStorePath", "kvConfigPath", "proxyProtocolTrustedAddresses", .. OptionsBinder.NamesOf(typeof(TlsOptions))];

    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.GetNamesrvConfig, new FeatureHandler(Get), lane)
        .Add(RequestCode.UpdateNamesrvConfig, new FeatureHandler(Update), lane);

    private RemotingCommand Get(RequestContext context) =>
        RemotingCommand.ResponseWithBody(ResponseCode.Success, Encoding.UTF8.GetBytes(options.Describe()));

    private RemotingCommand Update(RequestContext context)
    {
        var changes = JavaProperties.Parse(Encoding.UTF8.GetString(context.Request.Body), "the request");
        var forbidden = options.Current.ConfigBlackList.Split(';').Concat(Never).FirstOrDefault(changes.Entries.ContainsKey);
        if (forbidden is not null)
        {
            return RemotingCommand.Response(ResponseCode.NoPermission, $"Can not update config in black list. (configBlackList has {forbidden})");
        }

        try
        {
            options.Update(changes);
        }
        catch (ConfigurationException e)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, e.Message);
        }

        Log.ConfigUpdated(logger, context.Connection.RemoteEndPoint, string.Join(' ', changes.Entries.Select(c => $"{c.Key}={PlainText.Of(c.Value.Value)}")));
        return RemotingCommand.Response(ResponseCode.Success);
    }
}
